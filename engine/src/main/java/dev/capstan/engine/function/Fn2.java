package dev.capstan.engine.function;

import java.io.Serializable;

/** A function of two arguments that travels to executors and may throw. */
@FunctionalInterface
public interface Fn2<A, B, R> extends Serializable {
    R apply(A first, B second) throws Exception;
}
