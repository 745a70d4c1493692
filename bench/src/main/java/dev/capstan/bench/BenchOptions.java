package dev.capstan.bench;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How to measure.
 *
 * @param repeats figures per workload
 * @param size how much data; 1 is what the goals speak of
 * @param heap of each process of a program, such as 4g
 * @param work where data, logs and the peer are kept
 * @param profile where to put recordings of our side
 */
public record BenchOptions(int repeats, double size, String heap, Path work, Optional<Path> profile) {
    /** One figure per workload at a size of one. */
    public static BenchOptions defaults(Path work) {
        return new BenchOptions(5, 1, "4g", work, Optional.empty());
    }
}
