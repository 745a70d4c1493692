package dev.capstan.engine.lineage;

import dev.capstan.engine.pipeline.Sink;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** The partitions of several datasets, one dataset after another. */
public final class UnionOf<T> extends Lineage<T> implements Shareable {
    private static final long serialVersionUID = 1L;

    /** The first partition of each parent. */
    private final int[] firsts;

    private UnionOf(Origin origin, int partitions, List<NarrowDependency.Range<T>> parents) {
        super(origin, partitions, parents, null);
        firsts = parents.stream().mapToInt(NarrowDependency.Range::first).toArray();
    }

    public static <T> UnionOf<T> of(Origin origin, List<? extends Lineage<T>> parents) {
        List<NarrowDependency.Range<T>> ranges = new ArrayList<>(parents.size());
        int first = 0;
        for (Lineage<T> parent : parents) {
            if (parent.partitionCount() > 0) {
                ranges.add(new NarrowDependency.Range<>(parent, first));
                first = Math.addExact(first, parent.partitionCount());
            }
        }
        return new UnionOf<>(origin, first, ranges);
    }

    @Override
    protected Iterator<T> compute(int partition, TaskContext task) {
        int index = parentOf(partition);
        return this.<T>parent(index).iterate(partition - firsts[index], task);
    }

    @Override
    protected void push(int partition, TaskContext task, Sink<? super T> sink) throws Exception {
        int index = parentOf(partition);
        this.<T>parent(index).drain(partition - firsts[index], task, sink);
    }

    private int parentOf(int partition) {
        int found = Arrays.binarySearch(firsts, partition);
        return found >= 0 ? found : -found - 2;
    }
}
