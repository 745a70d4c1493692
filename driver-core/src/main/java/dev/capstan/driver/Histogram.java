package dev.capstan.driver;

import java.util.List;

/**
 * How many numbers lie where: {@code counts.get(i)} of them from {@code edges.get(i)} until before {@code edges.get(i +
 * 1)}, the last part with its upper edge.
 */
public record Histogram(List<Double> edges, List<Long> counts) {
    public Histogram {
        edges = List.copyOf(edges);
        counts = List.copyOf(counts);
    }
}
