package dev.capstan.examples;

import dev.capstan.driver.CapstanContext;

import java.util.SplittableRandom;

/** Throws darts at a square: the share of those that hit the circle in it is a quarter of pi. */
public final class Pi {
    private static final int PARTITIONS = 16;

    private Pi() {}

    /** Arguments: how many darts, ten million unless given. */
    public static void main(String[] arguments) {
        long darts = new Arguments("pi [DARTS]", arguments, 1).number(0, 10_000_000, 1_000_000_000_000L);
        try (var capstan = CapstanContext.create()) {
            long perPartition = Math.ceilDiv(darts, PARTITIONS);
            long hits =
                    capstan.range(0, PARTITIONS, 1, PARTITIONS)
                            .map(partition -> throwDarts(perPartition, partition))
                            .reduce(Long::sum);
            System.out.println("Pi is about " + 4.0 * hits / (perPartition * PARTITIONS));
        }
    }

    /** A task that is repeated throws the same darts: its randomness comes from a seed. */
    private static long throwDarts(long darts, long seed) {
        var random = new SplittableRandom(seed);
        long hits = 0;
        for (long i = 0; i < darts; i++) {
            double x = random.nextDouble();
            double y = random.nextDouble();
            if (x * x + y * y < 1) {
                hits++;
            }
        }
        return hits;
    }
}
