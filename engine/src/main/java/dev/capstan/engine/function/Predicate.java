package dev.capstan.engine.function;

import java.io.Serializable;

/** A question about a value that travels to executors and may throw. */
@FunctionalInterface
public interface Predicate<T> extends Serializable {
    boolean test(T value) throws Exception;
}
