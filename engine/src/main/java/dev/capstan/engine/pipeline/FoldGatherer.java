package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.Fn2;

import org.jspecify.annotations.Nullable;

/** Adds each element to a value. */
final class FoldGatherer<T, A extends @Nullable Object> implements Gatherer<T, A> {
    private final Fn2<A, T, A> add;
    private A value;

    @SuppressWarnings("unchecked")
    FoldGatherer(Object add, @Nullable Object zero) {
        this.add = (Fn2<A, T, A>) add;
        this.value = (A) zero;
    }

    @Override
    public void accept(T element) throws Exception {
        value = add.apply(value, element);
    }

    @Override
    public A result() {
        return value;
    }
}
