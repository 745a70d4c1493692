package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.Iterator;
import java.util.List;

/** What a shuffle delivers. */
public final class Shuffled<K, V, C> extends Lineage<Pair<K, C>> implements Shareable {
    private static final long serialVersionUID = 1L;

    public Shuffled(Origin origin, ShuffleDependency<K, V, C> dependency) {
        super(origin, dependency.partitioner().partitions(), List.of(dependency), dependency.partitioner());
    }

    @Override
    protected boolean inHashOrder() {
        return dependencyArray()[0] instanceof ShuffleDependency<?, ?, ?> dependency
                && dependency.aggregator().isPresent();
    }

    @Override
    @SuppressWarnings("unchecked")
    protected Iterator<Pair<K, C>> compute(int partition, TaskContext task) throws Exception {
        ShuffleDependency<?, ?, ?> dependency = (ShuffleDependency<?, ?, ?>) dependencyArray()[0];
        return (Iterator<Pair<K, C>>)
                (Iterator<?>) new KillableIterator<>(ReduceSide.read(dependency, partition, task), task);
    }
}
