package dev.capstan.engine.lineage;

import dev.capstan.engine.task.TaskContext;

import java.util.Iterator;

/** Counts the elements of a source and ends the task now and then if it is to end. */
public final class SourceIterator<T> implements Iterator<T> {
    private static final int CHECK_EVERY = 256;

    private final Iterator<T> from;
    private final TaskContext task;
    private int since;

    public SourceIterator(Iterator<T> from, TaskContext task) {
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
        T element = from.next();
        task.recorder().read(1);
        return element;
    }
}
