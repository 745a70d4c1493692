package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.Predicate;

/** The elements that a predicate accepts. */
final class FilterSink<T> implements Sink<T> {
    private final Predicate<T> accepts;
    private final Sink<T> next;

    @SuppressWarnings("unchecked")
    FilterSink(Object accepts, Object next) {
        this.accepts = (Predicate<T>) accepts;
        this.next = (Sink<T>) next;
    }

    @Override
    public void accept(T element) throws Exception {
        if (accepts.test(element)) {
            next.accept(element);
        }
    }
}
