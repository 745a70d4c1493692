package dev.capstan.engine.reduce;

import dev.capstan.engine.task.Sneaky;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.NoSuchElementException;

/** An iterator over elements that are never null, made one at a time by something that may fail. */
public abstract class Fetching<T> implements Iterator<T> {
    private @Nullable T next;
    private boolean ended;

    /** The next element; null at the end, and then it is not asked again. */
    protected abstract @Nullable T fetch() throws Exception;

    @Override
    public final boolean hasNext() {
        if (next == null && !ended) {
            try {
                next = fetch();
            } catch (Exception e) {
                throw Sneaky.rethrow(e);
            }
            ended = next == null;
        }
        return next != null;
    }

    @Override
    public final T next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        T element = next;
        next = null;
        return element;
    }
}
