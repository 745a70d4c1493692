package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.Fn;

/** Each element through a function. */
final class MapSink<T, R> implements Sink<T> {
    private final Fn<T, R> function;
    private final Sink<R> next;

    @SuppressWarnings("unchecked")
    MapSink(Object function, Object next) {
        this.function = (Fn<T, R>) function;
        this.next = (Sink<R>) next;
    }

    @Override
    public void accept(T element) throws Exception {
        next.accept(function.apply(element));
    }
}
