package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.List;

/** Each partition, with its number, through a function. */
public final class PartitionsMapped<T, R> extends Lineage<R> implements Shareable {
    private static final long serialVersionUID = 1L;

    private final Fn2<Integer, Iterator<T>, Iterator<R>> function;

    public PartitionsMapped(
            Origin origin,
            Lineage<T> parent,
            Fn2<Integer, Iterator<T>, Iterator<R>> function,
            @Nullable Partitioner partitioner) {
        super(origin, parent.partitionCount(), List.of(new NarrowDependency.OneToOne<>(parent)), partitioner);
        this.function = function;
    }

    @Override
    protected Iterator<R> compute(int partition, TaskContext task) throws Exception {
        Iterator<R> elements = function.apply(partition, this.<T>parent(0).iterate(partition, task));
        if (elements == null) {
            throw new NullPointerException("the function of " + label() + " returned null instead of an iterator");
        }
        return new KillableIterator<>(elements, task);
    }
}
