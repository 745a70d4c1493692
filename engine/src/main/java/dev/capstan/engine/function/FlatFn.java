package dev.capstan.engine.function;

import java.io.Serializable;

/**
 * Makes any number of values of one: {@code line -> List.of(line.split(" "))}, or of a stream {@code line ->
 * line.chars().boxed()::iterator}. What it returns is iterated once.
 */
@FunctionalInterface
public interface FlatFn<T, R> extends Serializable {
    Iterable<? extends R> apply(T value) throws Exception;
}
