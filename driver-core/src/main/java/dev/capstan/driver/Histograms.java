package dev.capstan.driver;

import dev.capstan.engine.function.Statistics;
import dev.capstan.engine.operator.NumberFunctions;

import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;

/** Counts of numbers between edges. */
final class Histograms {
    private Histograms() {}

    /** Parts of equal width from the least number to the greatest; a single one if those are equal. */
    static Histogram even(DoubleRdd numbers, int parts) {
        if (parts < 1) {
            throw new IllegalArgumentException("histogram: the number of parts must be at least 1, not " + parts);
        }
        Statistics statistics = numbers.statistics("histogram (range)");
        double min = statistics.min();
        double max = statistics.max();
        if (statistics.count() == 0) {
            throw new NoSuchElementException(
                    numbers.describe() + " is empty and has no range for a histogram; give the edges");
        }
        if (!Double.isFinite(min) || !Double.isFinite(max)) {
            throw new IllegalArgumentException(
                    "histogram: "
                            + numbers.describe()
                            + " has numbers that are infinite or NaN, so that its range cannot be cut into parts; give"
                            + " the edges");
        }
        if (min == max) {
            return between(numbers, new double[] {min, max});
        }
        double[] edges = IntStream.rangeClosed(0, parts).mapToDouble(i -> edge(min, max, i, parts)).toArray();
        return between(numbers, edges);
    }

    /** Weighted, so that neither the width overflows nor rounding moves the last edge. */
    private static double edge(double min, double max, int i, int parts) {
        double share = (double) i / parts;
        return i == parts ? max : min * (1 - share) + max * share;
    }

    static Histogram given(DoubleRdd numbers, double[] edges) {
        Checks.given(edges, "histogram", "edges");
        for (int i = 1; i < edges.length; i++) {
            if (!(edges[i - 1] < edges[i])) {
                throw new IllegalArgumentException(
                        "histogram: the edges must ascend, but " + edges[i] + " follows " + edges[i - 1]);
            }
        }
        if (edges.length < 2) {
            throw new IllegalArgumentException("histogram needs at least two edges, not " + edges.length);
        }
        return between(numbers, edges.clone());
    }

    private static Histogram between(DoubleRdd numbers, double[] edges) {
        long[] counts = new long[edges.length - 1];
        for (long[] part :
                numbers.context().jobs().run("histogram", numbers.lineage(), new NumberFunctions.Histogram(edges))) {
            Arrays.setAll(counts, i -> counts[i] + part[i]);
        }
        return new Histogram(Arrays.stream(edges).boxed().toList(), Arrays.stream(counts).boxed().toList());
    }
}
