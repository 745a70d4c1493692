package dev.capstan.engine.lineage;

import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.List;

/** What executors see of a dataset whose lineage was cut: its elements as they were kept. */
final class Truncated<T> extends Lineage<T> implements Shareable {
    private static final long serialVersionUID = 1L;

    Truncated(Origin origin, Lineage<T> source, @Nullable Partitioner partitioner) {
        super(origin, source.partitionCount(), List.of(new NarrowDependency.OneToOne<>(source)), partitioner);
    }

    @Override
    protected Iterator<T> compute(int partition, TaskContext task) {
        return this.<T>parent(0).iterate(partition, task);
    }
}
