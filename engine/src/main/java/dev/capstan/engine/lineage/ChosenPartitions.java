package dev.capstan.engine.lineage;

import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.Iterator;
import java.util.List;

/** Some neighbouring partitions of a dataset; the others are not computed. */
public final class ChosenPartitions<T> extends Lineage<T> implements Shareable {
    private static final long serialVersionUID = 1L;

    private final int first;

    /**
     * @param first of the parent's partitions
     * @param end the first that is not chosen any more
     */
    public ChosenPartitions(Origin origin, Lineage<T> parent, int first, int end) {
        super(origin, end - first, List.of(new NarrowDependency.Slice<>(parent, first)), null);
        this.first = first;
    }

    @Override
    protected Iterator<T> compute(int partition, TaskContext task) {
        return this.<T>parent(0).iterate(first + partition, task);
    }
}
