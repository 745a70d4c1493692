package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Pair;

/** The value of each pair through a function. */
final class ValueSink<K, V, W> implements Sink<Pair<K, V>> {
    private final Fn<V, W> function;
    private final Sink<Pair<K, W>> next;

    @SuppressWarnings("unchecked")
    ValueSink(Object function, Object next) {
        this.function = (Fn<V, W>) function;
        this.next = (Sink<Pair<K, W>>) next;
    }

    @Override
    public void accept(Pair<K, V> pair) throws Exception {
        next.accept(new Pair<>(pair.key(), function.apply(pair.value())));
    }
}
