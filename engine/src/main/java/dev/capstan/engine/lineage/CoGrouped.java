package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.pipeline.FastPath;
import dev.capstan.engine.reduce.Grouping;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * For each key the values that each of several datasets has for it: one list per dataset, in their order. A dataset
 * that is partitioned like the result is read in place, the others are shuffled.
 *
 * <p>A side that is read in place and has its keys in hash order already, because they were grouped or combined before,
 * goes into no table: the other sides are grouped, and then all are walked side by side.
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
    protected boolean inHashOrder() {
        return true;
    }

    @Override
    @SuppressWarnings("unchecked")
    protected Iterator<Pair<K, List<List<Object>>>> compute(int partition, TaskContext task) throws Exception {
        return new KillableIterator<>((Iterator<Pair<K, List<List<Object>>>>) groups(partition, task), task);
    }

    private Iterator<?> groups(int partition, TaskContext task) throws Exception {
        List<Integer> shuffled = new ArrayList<>();
        List<Integer> inPlace = new ArrayList<>();
        List<HashOrderedSide> parts = new ArrayList<>();
        Dependency<?>[] parents = dependencyArray();
        for (int side = 0; side < parents.length; side++) {
            if (parents[side] instanceof ShuffleDependency<?, ?, ?>) {
                shuffled.add(side);
            } else if (parents[side].parent().inHashOrder() && task.pipelines().take(FastPath.MERGED)) {
                parts.add(HashOrderedSide.ofValues(side, pairs(side).iterate(partition, task), operator()));
            } else {
                inPlace.add(side);
            }
        }
        if (inPlace.size() == parents.length) {
            return collected(inPlace, partition, task);
        }
        if (shuffled.size() == parents.length) {
            return fetched(shuffled, partition, task);
        }
        if (!inPlace.isEmpty()) {
            parts.add(HashOrderedSide.ofGroups(inPlace, collected(inPlace, partition, task), operator()));
        }
        if (!shuffled.isEmpty()) {
            parts.add(HashOrderedSide.ofGroups(shuffled, fetched(shuffled, partition, task), operator()));
        }
        return new MergedSides(parts, parents.length);
    }

    private String operator() {
        return origin().operator() + " at " + origin().callSite();
    }

    @SuppressWarnings("unchecked")
    private Lineage<Pair<Object, Object>> pairs(int side) {
        return (Lineage<Pair<Object, Object>>) dependencyArray()[side].parent();
    }

    /** The groups of sides that are read in place. */
    private Iterator<Pair<Object, Object>> collected(List<Integer> sides, int partition, TaskContext task)
            throws Exception {
        var grouping = new Grouping(sides.size(), operator(), task);
        for (int i = 0; i < sides.size(); i++) {
            int number = i;
            pairs(sides.get(i)).drain(partition, task, pair -> grouping.add(number, pair.key(), pair.value()));
        }
        return lists(grouping, sides.size());
    }

    /** The groups of sides that are shuffled. */
    private Iterator<Pair<Object, Object>> fetched(List<Integer> sides, int partition, TaskContext task) {
        List<ShuffleReader> readers = new ArrayList<>();
        for (int side : sides) {
            readers.add(new ShuffleReader((ShuffleDependency<?, ?, ?>) dependencyArray()[side], partition, task));
        }
        return new SliceBySlice(readers, () -> grouped(readers, task), task);
    }

    /** The groups of all that the readers give now. */
    private Iterator<Pair<Object, Object>> grouped(List<ShuffleReader> readers, TaskContext task) throws Exception {
        var grouping = new Grouping(readers.size(), operator(), task);
        for (int i = 0; i < readers.size(); i++) {
            ShuffleReader reader = readers.get(i);
            grouping.comesFrom(reader::bytesRead);
            while (reader.advance()) {
                grouping.add(i, reader.key(), reader.value());
            }
        }
        return lists(grouping, readers.size());
    }

    private static Iterator<Pair<Object, Object>> lists(Grouping grouping, int sides) throws Exception {
        return new GroupIterator<>(
                grouping.groups(),
                groups -> {
                    List<List<Object>> lists = new ArrayList<>(sides);
                    for (int side = 0; side < sides; side++) {
                        lists.add(groups.values(side));
                    }
                    return lists;
                });
    }
}
