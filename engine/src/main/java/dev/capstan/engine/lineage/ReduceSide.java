package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.engine.task.TaskContext;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The reduce side of a shuffle: reads, unites the values of a key if asked, sorts if asked. */
public final class ReduceSide {
    private ReduceSide() {}

    /** The pairs of one partition after the shuffle. */
    @SuppressWarnings("unchecked")
    public static Iterator<Pair<Object, Object>> read(
            ShuffleDependency<?, ?, ?> dependency, int partition, TaskContext task) throws Exception {
        Iterator<Pair<Object, Object>> pairs = new ShuffleReader(dependency.shuffle(), partition, task);
        if (dependency.aggregator().isPresent()) {
            pairs = aggregate((Aggregator<Object, Object, Object>) dependency.aggregator().orElseThrow(), pairs);
        }
        return dependency.order().isPresent()
                ? sort(pairs, (SerializableComparator<Object>) dependency.order().orElseThrow(), dependency.reader())
                : pairs;
    }

    /** One pair for each key of pairs that nobody has combined yet, in the order in which keys came first. */
    public static Iterator<Pair<Object, Object>> combine(
            Aggregator<Object, Object, Object> aggregator, Iterator<Pair<Object, Object>> pairs) throws Exception {
        return CombinedValues.of(aggregator.create()::apply, aggregator.add()::apply, pairs).pairs();
    }

    private static Iterator<Pair<Object, Object>> aggregate(
            Aggregator<Object, Object, Object> aggregator, Iterator<Pair<Object, Object>> pairs) throws Exception {
        return aggregator.onMapSide()
                ? CombinedValues.of(value -> value, aggregator.merge()::apply, pairs).pairs()
                : combine(aggregator, pairs);
    }

    private static Iterator<Pair<Object, Object>> sort(
            Iterator<Pair<Object, Object>> pairs, SerializableComparator<Object> order, String operator) {
        List<Pair<Object, Object>> all = new ArrayList<>();
        pairs.forEachRemaining(all::add);
        try {
            all.sort((left, right) -> order.compare(left.key(), right.key()));
        } catch (IllegalArgumentException e) {
            if (!String.valueOf(e.getMessage()).startsWith("Comparison method violates")) {
                throw e; // the comparator's own
            }
            throw new IllegalStateException(
                    operator
                            + ": the comparator contradicts itself ("
                            + e.getMessage()
                            + "); it must order any three keys consistently",
                    e);
        }
        return all.iterator();
    }
}
