package dev.capstan.engine.pipeline;

import org.jspecify.annotations.Nullable;

/** The order in which grouped and combined keys come out: that of their mixed hashes as unsigned numbers. */
public final class KeyHash {
    /** Spreads hash codes over all bits, the uppermost ones most of all: 2^32 divided by the golden ratio. */
    static final int SPREAD = 0x9E3779B9;

    /**
     * For tables: all keys of a slice have the same uppermost bits in their mixed hashes and would crowd in one place.
     */
    static final int SCATTER = 0xC2B2AE35;

    private KeyHash() {}

    /**
     * The mixed hash of a key, the same in every process: that of an enum constant is its name's. Tables have these
     * lines in themselves, so that the compiler sees which class of keys they meet.
     */
    public static int of(@Nullable Object key) {
        return (key == null ? 0 : key instanceof Enum<?> constant ? constant.name().hashCode() : key.hashCode())
                * SPREAD;
    }
}
