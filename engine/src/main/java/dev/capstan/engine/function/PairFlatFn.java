package dev.capstan.engine.function;

import java.io.Serializable;

/** Makes any number of pairs of a value; what it returns is iterated once. */
@FunctionalInterface
public interface PairFlatFn<T, K, V> extends Serializable {
    Iterable<Pair<K, V>> apply(T value) throws Exception;
}
