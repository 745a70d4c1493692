package dev.capstan.engine.operator;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.ToLongFunction;

/** Each element as many times as a function says, perhaps not at all. */
final class Repeating<T> implements Iterator<T> {
    private final Iterator<T> elements;
    private final ToLongFunction<T> times;
    private @Nullable T element;
    private long left;

    Repeating(Iterator<T> elements, ToLongFunction<T> times) {
        this.elements = elements;
        this.times = times;
    }

    @Override
    public boolean hasNext() {
        while (left == 0 && elements.hasNext()) {
            T candidate = elements.next();
            left = times.applyAsLong(candidate);
            element = candidate;
        }
        return left > 0;
    }

    @Override
    @SuppressWarnings("NullAway") // an element may be null; whether there is one is told by `left`
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        left--;
        return element;
    }
}
