package dev.capstan.engine.lineage;

import dev.capstan.engine.task.TaskContext;

import java.util.Iterator;

/**
 * Elements of which many may come from one element of a source, or of which nobody else asks: ends the task now and
 * then if it is to end. Whoever takes them need not ask.
 */
final class KillableIterator<T> implements Iterator<T> {
    private static final int CHECK_EVERY = 256;

    private final Iterator<T> from;
    private final TaskContext task;
    private int since;

    KillableIterator(Iterator<T> from, TaskContext task) {
        this.from = from;
        this.task = task;
    }

    @Override
    public boolean hasNext() {
        return from.hasNext();
    }

    @Override
    public T next() {
        if (++since == CHECK_EVERY) {
            since = 0;
            task.checkKilled();
        }
        return from.next();
    }
}
