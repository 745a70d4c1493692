package dev.capstan.engine.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * The values of each key, apart by the side that they came from. Keys are numbered in the order in which they came
 * first, values in the order in which they came; the values of a key and side hang together as a chain.
 */
public interface Groups {
    void add(int side, @Nullable Object key, @Nullable Object value) throws Exception;

    /** How many keys there are. */
    int size();

    @Nullable Object key(int entry);

    /** By entry the hash code of its key, mixed. The table's own array, which nobody else changes. */
    int[] hashes();

    /** How many values a key has on a side. */
    int count(int entry, int side);

    /** The number of the first value of a key on a side; negative if it has none. */
    int first(int entry, int side);

    /** The number of the value that follows in its chain; negative at its end. */
    int next(int value);

    @Nullable Object value(int value);

    /** How many values there are. */
    int values();

    /** Tells somebody of every so many values that come. */
    void watch(TableWatch watch);

    /** Forgets everything, and lets go of the memory. */
    void clear();

    /** The bytes of its own arrays, without keys and values. */
    long tableBytes();
}
