package dev.capstan.engine.lineage;

import dev.capstan.engine.pipeline.Sink;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Fewer partitions, each several neighbours of the parent's one after another; nothing is sent anywhere. */
public final class Coalesced<T> extends Lineage<T> implements Shareable {
    private static final long serialVersionUID = 1L;

    /**
     * @param partitions at most so many; never more than the parent has
     */
    public Coalesced(Origin origin, Lineage<T> parent, int partitions) {
        this(
                origin,
                new NarrowDependency.ManyToOne<>(parent, Math.max(1, Math.min(partitions, parent.partitionCount()))));
    }

    private Coalesced(Origin origin, NarrowDependency.ManyToOne<T> dependency) {
        super(origin, Math.min(dependency.groups(), dependency.parent().partitionCount()), List.of(dependency), null);
    }

    @Override
    protected Iterator<T> compute(int partition, TaskContext task) {
        NarrowDependency.ManyToOne<?> dependency = (NarrowDependency.ManyToOne<?>) dependencyArray()[0];
        Lineage<T> parent = parent(0);
        int end = dependency.start(partition + 1);
        return new Iterator<>() {
            private int next = dependency.start(partition);
            private Iterator<T> current = none();

            @Override
            public boolean hasNext() {
                while (!current.hasNext()) {
                    if (next == end) {
                        return false;
                    }
                    current = parent.iterate(next++, task);
                }
                return true;
            }

            @Override
            public T next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return current.next();
            }
        };
    }

    @Override
    protected void push(int partition, TaskContext task, Sink<? super T> sink) throws Exception {
        NarrowDependency.ManyToOne<?> dependency = (NarrowDependency.ManyToOne<?>) dependencyArray()[0];
        Lineage<T> parent = parent(0);
        for (int next = dependency.start(partition); next < dependency.start(partition + 1); next++) {
            parent.drain(next, task, sink);
        }
    }
}
