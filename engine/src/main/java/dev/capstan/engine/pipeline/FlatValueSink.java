package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.FlatFn;
import dev.capstan.engine.function.Pair;

/** A pair for everything that a function makes of the value of each. */
final class FlatValueSink<K, V, W> implements Sink<Pair<K, V>> {
    private final FlatFn<V, W> function;
    private final Sink<Pair<K, W>> next;

    @SuppressWarnings("unchecked")
    FlatValueSink(Object function, Object next) {
        this.function = (FlatFn<V, W>) function;
        this.next = (Sink<Pair<K, W>>) next;
    }

    @Override
    public void accept(Pair<K, V> pair) throws Exception {
        K key = pair.key();
        for (W made : Several.given(function.apply(pair.value()), "flatMapValues")) {
            next.accept(new Pair<>(key, made));
        }
    }
}
