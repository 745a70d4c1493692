package dev.capstan.engine.function;

import java.io.Serializable;

/** A function of one argument that travels to executors and may throw. */
@FunctionalInterface
public interface Fn<T, R> extends Serializable {
    R apply(T value) throws Exception;
}
