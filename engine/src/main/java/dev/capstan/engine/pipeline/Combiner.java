package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.Pair;

import org.jspecify.annotations.Nullable;

/** Makes one value of all values of a key. */
public interface Combiner extends KeyTable, Sink<Pair<Object, Object>> {
    void add(@Nullable Object key, @Nullable Object value) throws Exception;

    @Nullable Object value(int entry);
}
