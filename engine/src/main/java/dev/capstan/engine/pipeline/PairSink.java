package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.PairFn;

/** A pair of each element. */
final class PairSink<T, K, V> implements Sink<T> {
    private final PairFn<T, K, V> function;
    private final Sink<Pair<K, V>> next;

    @SuppressWarnings("unchecked")
    PairSink(Object function, Object next) {
        this.function = (PairFn<T, K, V>) function;
        this.next = (Sink<Pair<K, V>>) next;
    }

    @Override
    public void accept(T element) throws Exception {
        next.accept(PairSteps.ToPair.given(function.apply(element)));
    }
}
