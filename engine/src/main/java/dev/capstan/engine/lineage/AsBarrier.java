package dev.capstan.engine.lineage;

import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** The same elements, in a stage whose tasks all run at once and may wait for each other. */
public final class AsBarrier<T> extends Lineage<T> implements Shareable {
    private static final long serialVersionUID = 1L;

    public AsBarrier(Origin origin, Lineage<T> parent) {
        super(
                origin,
                parent.partitionCount(),
                List.of(new NarrowDependency.OneToOne<>(parent)),
                parent.partitioner().orElse(null));
    }

    /**
     * Whether the tasks of the stage of this dataset must all run at once.
     *
     * @throws IllegalArgumentException when a task of the stage would not compute exactly one partition of the barrier
     *     dataset: those that wait for each other would not be those that run at once
     */
    public static boolean within(Lineage<?> root) {
        Set<Lineage<?>> found = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Lineage<?> node : LineageWalk.parentsFirst(root)) {
            int ways = 0;
            for (Dependency<?> dependency : node.dependencyArray()) {
                if (dependency instanceof NarrowDependency<?> && found.contains(dependency.parent())) {
                    ways++;
                }
            }
            if (ways > 0 || node instanceof AsBarrier<?>) {
                checkOnePartitionEach(root, node, ways);
                found.add(node);
            }
        }
        return !found.isEmpty();
    }

    private static void checkOnePartitionEach(Lineage<?> root, Lineage<?> node, int ways) {
        if (ways > 1) {
            throw new IllegalArgumentException(
                    node.label()
                            + " uses a barrier dataset in more than one way within one stage, where each task can pass"
                            + " it only once: put a shuffle or a checkpoint between barrier() and it");
        }
        if (node.partitionCount() != root.partitionCount()) {
            throw new IllegalArgumentException(
                    "the stage of "
                            + root.label()
                            + " has "
                            + root.partitionCount()
                            + " tasks, but "
                            + node.label()
                            + " within it, which needs a barrier, has "
                            + node.partitionCount()
                            + " partitions: coalesce, union, cartesian and a choice of partitions cannot follow"
                            + " barrier() in the same stage; put a shuffle between them, or do them before barrier()");
        }
    }

    @Override
    protected Iterator<T> compute(int partition, TaskContext task) {
        return this.<T>parent(0).iterate(partition, task);
    }
}
