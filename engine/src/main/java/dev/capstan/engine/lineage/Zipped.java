package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.Iterator;
import java.util.List;

/** The first element of one with the first of the other, and so on; both must be cut the same way. */
public final class Zipped<A, B> extends Lineage<Pair<A, B>> implements Shareable {
    private static final long serialVersionUID = 1L;

    public Zipped(Origin origin, Lineage<A> left, Lineage<B> right) {
        super(
                origin,
                left.partitionCount(),
                List.of(new NarrowDependency.OneToOne<>(left), new NarrowDependency.OneToOne<>(right)),
                null);
        if (left.partitionCount() != right.partitionCount()) {
            throw new IllegalArgumentException(
                    "zip needs as many partitions on both sides, but "
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
    protected Iterator<Pair<A, B>> compute(int partition, TaskContext task) {
        Lineage<A> leftParent = parent(0);
        Lineage<B> rightParent = parent(1);
        Iterator<A> left = leftParent.iterate(partition, task);
        Iterator<B> right = rightParent.iterate(partition, task);
        return new Iterator<>() {
            private int taken;

            @Override
            public boolean hasNext() {
                boolean more = left.hasNext();
                if (more != right.hasNext()) {
                    throw new IllegalStateException(
                            "zip needs as many elements on both sides of every partition, but"
                                    + " in partition "
                                    + partition
                                    + " "
                                    + (more ? rightParent : leftParent).label()
                                    + " has only "
                                    + taken
                                    + " and "
                                    + (more ? leftParent : rightParent).label()
                                    + " has more");
                }
                return more;
            }

            @Override
            public Pair<A, B> next() {
                taken++;
                return new Pair<>(left.next(), right.next());
            }
        };
    }
}
