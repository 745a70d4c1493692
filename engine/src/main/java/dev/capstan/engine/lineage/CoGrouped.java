package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.reduce.GroupCursor;
import dev.capstan.engine.reduce.Grouping;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

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
    @SuppressWarnings("unchecked")
    protected Iterator<Pair<K, List<List<Object>>>> compute(int partition, TaskContext task) throws Exception {
        Dependency<?>[] parents = dependencyArray();
        var grouping = new Grouping(parents.length, origin().operator() + " at " + origin().callSite(), task);
        for (int side = 0; side < parents.length; side++) {
            read(parents[side], side, partition, task, grouping);
        }
        int sides = parents.length;
        return (Iterator<Pair<K, List<List<Object>>>>)
                (Iterator<?>) new GroupIterator<>(grouping.groups(), groups -> lists(groups, sides));
    }

    @SuppressWarnings("unchecked")
    private static void read(Dependency<?> parent, int side, int partition, TaskContext task, Grouping grouping)
            throws Exception {
        switch (parent) {
            case ShuffleDependency<?, ?, ?> shuffle -> {
                var reader = new ShuffleReader(shuffle.shuffle(), partition, task);
                grouping.comesFrom(reader::bytes);
                while (reader.advance()) {
                    grouping.add(side, reader.key(), reader.value());
                }
            }
            case NarrowDependency<?> narrow ->
                    ((Lineage<Pair<Object, Object>>) narrow.parent())
                            .drain(partition, task, pair -> grouping.add(side, pair.key(), pair.value()));
        }
    }

    private static List<List<Object>> lists(GroupCursor groups, int sides) {
        List<List<Object>> lists = new ArrayList<>(sides);
        for (int side = 0; side < sides; side++) {
            lists.add(groups.values(side));
        }
        return lists;
    }
}
