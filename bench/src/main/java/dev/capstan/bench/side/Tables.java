package dev.capstan.bench.side;

/** Rows of two tables that have the same keys in different orders, and pairs to group. */
public final class Tables {
    public static final int ROWS = 2_000_000;
    public static final int PAIRS = 5_000_000;
    public static final int GROUPS = 100_000;

    private static final long STRIDE = 1_000_003; // a prime that divides no size in use

    private Tables() {}

    /** The key of the right table's row of this number. */
    public static long shuffled(long row, long rows) {
        return rows % STRIDE == 0 ? row : row * STRIDE % rows;
    }

    public static String left(long key) {
        return "left-" + key;
    }

    public static String right(long row) {
        return "right-" + row;
    }

    /** The group of the pair of this number, not in turns: by the bits of its product with a large odd number. */
    public static int group(long number, int groups) {
        return (int) ((number * 0x9E3779B97F4A7C15L >>> 33) % groups);
    }
}
