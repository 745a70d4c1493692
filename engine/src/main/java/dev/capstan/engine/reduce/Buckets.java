package dev.capstan.engine.reduce;

/**
 * How keys are spread over buckets when they do not fit into memory together: by a few bits of their mixed hashes, from
 * the uppermost down; so the buckets, one after another, have the keys in the order of their hashes.
 */
final class Buckets {
    static final int COUNT = 64;
    private static final int BITS = 6;

    /** Deeper there are too few bits left. */
    static final int MOST_LEVELS = Integer.SIZE / BITS;

    private Buckets() {}

    /** The bucket of a hash among those whose upper bits, by the level, are the same. */
    static int of(int hash, int level) {
        return hash >>> Integer.SIZE - BITS * (level + 1) & COUNT - 1;
    }
}
