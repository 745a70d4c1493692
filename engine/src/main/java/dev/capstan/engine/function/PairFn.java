package dev.capstan.engine.function;

import java.io.Serializable;

/** Makes a pair of a value: {@code word -> Pair.of(word, 1)}. */
@FunctionalInterface
public interface PairFn<T, K, V> extends Serializable {
    Pair<K, V> apply(T value) throws Exception;
}
