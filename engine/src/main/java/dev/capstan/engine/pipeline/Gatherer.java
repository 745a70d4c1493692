package dev.capstan.engine.pipeline;

import org.jspecify.annotations.Nullable;

/** A sink at the end of a pipeline, which makes one value of all that it has taken. */
public interface Gatherer<T extends @Nullable Object, U extends @Nullable Object> extends Sink<T> {
    /** Called once, after the last element. */
    U result() throws Exception;
}
