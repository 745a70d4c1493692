package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * For each key the values that each of several datasets has for it: one list per dataset, in their order. A dataset
 * that is partitioned like the result is read in place, the others are shuffled.
 */
public final class CoGrouped<K> extends Lineage<Pair<K, List<List<Object>>>> implements Shareable {
    private static final long serialVersionUID = 1L;

    /**
     * @param parents one-to-one where partitioned by an equal partitioner, else shuffles by this one
     */
    public CoGrouped(Origin origin, List<? extends Dependency<?>> parents, Partitioner partitioner) {
        super(origin, partitioner.partitions(), parents, partitioner);
    }

    @Override
    protected Iterator<Pair<K, List<List<Object>>>> compute(int partition, TaskContext task) {
        Dependency<?>[] parents = dependencyArray();
        Map<K, List<List<Object>>> groups = new LinkedHashMap<>();
        for (int side = 0; side < parents.length; side++) {
            Iterator<Pair<K, Object>> pairs = read(parents[side], partition, task);
            while (pairs.hasNext()) {
                Pair<K, Object> pair = pairs.next();
                groups.computeIfAbsent(pair.key(), _ -> lists(parents.length)).get(side).add(pair.value());
            }
        }
        Iterator<Map.Entry<K, List<List<Object>>>> entries = groups.entrySet().iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public Pair<K, List<List<Object>>> next() {
                Map.Entry<K, List<List<Object>>> entry = entries.next();
                return new Pair<>(entry.getKey(), entry.getValue());
            }
        };
    }

    @SuppressWarnings("unchecked")
    private static <P> Iterator<P> read(Dependency<?> parent, int partition, TaskContext task) {
        return (Iterator<P>)
                switch (parent) {
                    case ShuffleDependency<?, ?, ?> shuffle -> new ShuffleReader(shuffle.shuffle(), partition, task);
                    case NarrowDependency<?> narrow -> narrow.parent().iterate(partition, task);
                };
    }

    private static List<List<Object>> lists(int count) {
        List<List<Object>> lists = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            lists.add(new ArrayList<>(2));
        }
        return lists;
    }
}
