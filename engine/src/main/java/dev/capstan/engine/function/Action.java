package dev.capstan.engine.function;

import java.io.Serializable;

/** Does something with a value, on an executor. */
@FunctionalInterface
public interface Action<T> extends Serializable {
    void accept(T value) throws Exception;
}
