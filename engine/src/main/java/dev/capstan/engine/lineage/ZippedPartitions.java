package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.Iterator;
import java.util.List;

/** Each partition of one with that of the other, both as a whole, through a function. */
public final class ZippedPartitions<A, B, R> extends Lineage<R> implements Shareable {
    private static final long serialVersionUID = 1L;

    private final Fn2<Iterator<A>, Iterator<B>, Iterator<R>> function;

    public ZippedPartitions(
            Origin origin, Lineage<A> left, Lineage<B> right, Fn2<Iterator<A>, Iterator<B>, Iterator<R>> function) {
        super(
                origin,
                left.partitionCount(),
                List.of(new NarrowDependency.OneToOne<>(left), new NarrowDependency.OneToOne<>(right)),
                null);
        this.function = function;
        if (left.partitionCount() != right.partitionCount()) {
            throw new IllegalArgumentException(
                    "zipPartitions needs as many partitions on both sides, but "
                            + left.label()
                            + " has "
                            + left.partitionCount()
                            + " and "
                            + right.label()
                            + " has "
                            + right.partitionCount());
        }
    }

    @Override
    protected Iterator<R> compute(int partition, TaskContext task) throws Exception {
        Iterator<R> elements =
                function.apply(this.<A>parent(0).iterate(partition, task), this.<B>parent(1).iterate(partition, task));
        if (elements == null) {
            throw new NullPointerException("the function of " + label() + " returned null instead of an iterator");
        }
        return new KillableIterator<>(elements, task);
    }
}
