package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.PairFlatFn;

/** All pairs that a function makes of each element. */
final class FlatPairSink<T, K, V> implements Sink<T> {
    private final PairFlatFn<T, K, V> function;
    private final Sink<Pair<K, V>> next;

    @SuppressWarnings("unchecked")
    FlatPairSink(Object function, Object next) {
        this.function = (PairFlatFn<T, K, V>) function;
        this.next = (Sink<Pair<K, V>>) next;
    }

    @Override
    public void accept(T element) throws Exception {
        for (Pair<K, V> pair : Several.given(function.apply(element), "flatMapToPair")) {
            next.accept(pair);
        }
    }
}
