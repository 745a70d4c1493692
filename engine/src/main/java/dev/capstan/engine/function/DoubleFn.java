package dev.capstan.engine.function;

import java.io.Serializable;

/** Makes a number of a value: {@code order -> order.price()}. */
@FunctionalInterface
public interface DoubleFn<T> extends Serializable {
    double apply(T value) throws Exception;
}
