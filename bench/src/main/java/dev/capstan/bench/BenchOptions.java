package dev.capstan.bench;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How to measure.
 *
 * @param repeats figures per workload
 * @param heap of each process of a program, such as 4g
 * @param work where data, logs and the peer are kept
 * @param profile where to put recordings of our side
 */
public record BenchOptions(int repeats, String heap, Path work, Optional<Path> profile) {
    /** Five figures per workload. */
    public static BenchOptions defaults(Path work) {
        return new BenchOptions(5, "4g", work, Optional.empty());
    }
}
