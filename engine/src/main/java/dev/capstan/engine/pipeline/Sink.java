package dev.capstan.engine.pipeline;

import org.jspecify.annotations.Nullable;

/** Takes the elements of a partition, one after another; belongs to the task's thread. */
@FunctionalInterface
public interface Sink<T extends @Nullable Object> {
    void accept(T element) throws Exception;
}
