package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Pair;

/** Each element under a key made of it. */
final class KeySink<T, K> implements Sink<T> {
    private final Fn<T, K> function;
    private final Sink<Pair<K, T>> next;

    @SuppressWarnings("unchecked")
    KeySink(Object function, Object next) {
        this.function = (Fn<T, K>) function;
        this.next = (Sink<Pair<K, T>>) next;
    }

    @Override
    public void accept(T element) throws Exception {
        next.accept(new Pair<>(function.apply(element), element));
    }
}
