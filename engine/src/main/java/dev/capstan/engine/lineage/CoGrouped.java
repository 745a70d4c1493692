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
        List<ShuffleReader> readers = new ArrayList<>();
        for (Dependency<?> parent : parents) {
            if (parent instanceof ShuffleDependency<?, ?, ?> shuffle) {
                readers.add(new ShuffleReader(shuffle, partition, task));
            }
        }
        Iterator<?> groups =
                readers.size() == parents.length
                        ? new SliceBySlice(readers, () -> grouped(partition, readers, task), task)
                        : grouped(partition, readers, task);
        return new KillableIterator<>((Iterator<Pair<K, List<List<Object>>>>) groups, task);
    }

    /** Groups all that the readers give now, and all of the parents that need none. */
    @SuppressWarnings("unchecked")
    private Iterator<Pair<Object, Object>> grouped(int partition, List<ShuffleReader> readers, TaskContext task)
            throws Exception {
        Dependency<?>[] parents = dependencyArray();
        int sides = parents.length;
        var grouping = new Grouping(sides, origin().operator() + " at " + origin().callSite(), task);
        Iterator<ShuffleReader> nextReader = readers.iterator();
        for (int side = 0; side < sides; side++) {
            switch (parents[side]) {
                case ShuffleDependency<?, ?, ?> _ -> read(nextReader.next(), side, grouping);
                case NarrowDependency<?> narrow -> drain(narrow.parent(), side, partition, task, grouping);
            }
        }
        return new GroupIterator<>(grouping.groups(), groups -> lists(groups, sides));
    }

    private static void read(ShuffleReader reader, int side, Grouping grouping) throws Exception {
        grouping.comesFrom(reader::bytesRead);
        while (reader.advance()) {
            grouping.add(side, reader.key(), reader.value());
        }
    }

    @SuppressWarnings("unchecked")
    private static void drain(Lineage<?> parent, int side, int partition, TaskContext task, Grouping grouping)
            throws Exception {
        ((Lineage<Pair<Object, Object>>) parent)
                .drain(partition, task, pair -> grouping.add(side, pair.key(), pair.value()));
    }

    private static List<List<Object>> lists(GroupCursor groups, int sides) {
        List<List<Object>> lists = new ArrayList<>(sides);
        for (int side = 0; side < sides; side++) {
            lists.add(groups.values(side));
        }
        return lists;
    }
}
