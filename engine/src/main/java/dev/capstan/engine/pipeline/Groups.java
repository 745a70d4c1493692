package dev.capstan.engine.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * The values of each key, apart by the side that they came from. Values are numbered in the order in which they came;
 * those of a key and side hang together as a chain.
 */
public interface Groups extends KeyTable {
    void add(int side, @Nullable Object key, @Nullable Object value) throws Exception;

    /** How many values a key has on a side. */
    int count(int entry, int side);

    /** The number of the first value of a key on a side; negative if it has none. */
    int first(int entry, int side);

    /** The number of the value that follows in its chain; negative at its end. */
    int next(int value);

    @Nullable Object value(int value);

    /** How many values there are. */
    int values();
}
