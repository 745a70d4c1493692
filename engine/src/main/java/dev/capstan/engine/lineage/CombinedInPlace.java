package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.reduce.Aggregation;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.Iterator;
import java.util.List;

/** One value for each key where equal keys lie in one partition already, so that nothing has to be sent. */
public final class CombinedInPlace<K, V, C> extends Lineage<Pair<K, C>> implements Shareable {
    private static final long serialVersionUID = 1L;

    private final Aggregator<K, V, C> aggregator;

    public CombinedInPlace(Origin origin, Lineage<Pair<K, V>> parent, Aggregator<K, V, C> aggregator) {
        super(
                origin,
                parent.partitionCount(),
                List.of(new NarrowDependency.OneToOne<>(parent)),
                parent.partitioner().orElse(null));
        this.aggregator = aggregator;
    }

    @Override
    protected boolean inHashOrder() {
        return true;
    }

    @Override
    @SuppressWarnings("unchecked")
    protected Iterator<Pair<K, C>> compute(int partition, TaskContext task) throws Exception {
        var aggregation =
                new Aggregation(
                        aggregator.create(),
                        aggregator.add(),
                        aggregator.merge(),
                        origin().operator() + " at " + origin().callSite(),
                        task);
        this.<Pair<Object, Object>>parent(0).drain(partition, task, aggregation);
        return (Iterator<Pair<K, C>>) (Iterator<?>) new KillableIterator<>(aggregation.pairs(), task);
    }
}
