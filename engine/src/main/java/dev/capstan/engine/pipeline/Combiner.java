package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.Pair;

import org.jspecify.annotations.Nullable;

/** Makes one value of all values of a key. */
public interface Combiner extends KeyTable, Sink<Pair<Object, Object>> {
    void add(@Nullable Object key, @Nullable Object value) throws Exception;

    /** A key that is not there yet, with a value that is combined already. */
    void begin(@Nullable Object key, @Nullable Object value);

    /** Gives a key another value. */
    void replace(int entry, @Nullable Object value);

    @Nullable Object value(int entry);

    /**
     * Counts what is large anew. Until then a large value that was added to something which may hold it counts as held,
     * although that may have taken no more from it than its length.
     */
    void recountLarge();

    /** How many keys, and values, are objects outside of the table's arrays. */
    int objects();
}
