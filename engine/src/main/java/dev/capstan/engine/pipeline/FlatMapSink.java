package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.FlatFn;

/** All elements that a function makes of each. */
final class FlatMapSink<T, R> implements Sink<T> {
    private final FlatFn<T, R> function;
    private final Sink<R> next;

    @SuppressWarnings("unchecked")
    FlatMapSink(Object function, Object next) {
        this.function = (FlatFn<T, R>) function;
        this.next = (Sink<R>) next;
    }

    @Override
    public void accept(T element) throws Exception {
        for (R made : Several.given(function.apply(element), "flatMap")) {
            next.accept(made);
        }
    }
}
