package dev.capstan.bench.side;

import java.util.Locale;
import java.util.SplittableRandom;

/** A graph of pages: each has as many links as every other, most of them to pages with small numbers. */
public final class Graph {
    public static final int VERTICES = 200_000;
    public static final int EDGES = 2_000_000;
    public static final int ROUNDS = 5;

    private static final double DAMPING = 0.85;

    private Graph() {}

    /** Where the edge of this number begins. */
    public static int source(long edge, int vertices) {
        return (int) (edge % vertices);
    }

    /** Where the edge of this number ends. */
    public static int target(long edge, int vertices) {
        var random = new SplittableRandom(edge);
        return random.nextInt(1 + random.nextInt(vertices));
    }

    /** The rank of a page that was given so much. */
    public static double rank(double given) {
        return 1 - DAMPING + DAMPING * given;
    }

    /** The sum of all ranks as text, as exactly as the order of summing allows. */
    public static String check(double sum) {
        return String.format(Locale.ROOT, "sum of ranks %.3f", sum);
    }
}
