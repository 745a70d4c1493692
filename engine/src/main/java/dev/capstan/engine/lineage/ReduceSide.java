package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.engine.operator.PairFunctions;
import dev.capstan.engine.reduce.Aggregation;
import dev.capstan.engine.reduce.Grouping;
import dev.capstan.engine.reduce.RecordSort;
import dev.capstan.engine.task.TaskContext;

import java.io.IOException;
import java.util.Iterator;

/** The reduce side of a shuffle: reads, unites the values of a key if asked, sorts if asked. */
public final class ReduceSide {
    private ReduceSide() {}

    /** The pairs of one partition after the shuffle. */
    @SuppressWarnings("unchecked")
    public static Iterator<Pair<Object, Object>> read(
            ShuffleDependency<?, ?, ?> dependency, int partition, TaskContext task) throws Exception {
        var reader = new ShuffleReader(dependency.shuffle(), partition, task);
        if (dependency.aggregator().isPresent()) {
            return aggregated(
                    (Aggregator<Object, Object, Object>) dependency.aggregator().get(), dependency, reader, task);
        }
        return dependency.order().isPresent()
                ? sorted((SerializableComparator<Object>) dependency.order().get(), dependency, reader, task)
                : reader;
    }

    private static Iterator<Pair<Object, Object>> aggregated(
            Aggregator<Object, Object, Object> aggregator,
            ShuffleDependency<?, ?, ?> dependency,
            ShuffleReader reader,
            TaskContext task)
            throws Exception {
        if (PairFunctions.Grouping.collects(aggregator.add())) {
            return grouped(dependency.reader(), reader, task);
        }
        var aggregation =
                aggregator.onMapSide()
                        ? new Aggregation(
                                PairFunctions.Same.INSTANCE,
                                aggregator.merge(),
                                aggregator.merge(),
                                dependency.reader(),
                                task)
                        : new Aggregation(
                                aggregator.create(), aggregator.add(), aggregator.merge(), dependency.reader(), task);
        while (reader.advance()) {
            aggregation.add(reader.key(), reader.value());
        }
        return aggregation.pairs();
    }

    private static Iterator<Pair<Object, Object>> grouped(String operator, ShuffleReader reader, TaskContext task)
            throws Exception {
        var grouping = new Grouping(1, operator, task);
        grouping.comesFrom(reader::bytes);
        while (reader.advance()) {
            grouping.add(0, reader.key(), reader.value());
        }
        return new GroupIterator<>(grouping.groups(), groups -> groups.values(0));
    }

    private static Iterator<Pair<Object, Object>> sorted(
            SerializableComparator<Object> order,
            ShuffleDependency<?, ?, ?> dependency,
            ShuffleReader reader,
            TaskContext task)
            throws IOException {
        var sort = new RecordSort(order, dependency.reader(), task);
        reader.frames(sort::add);
        return sort.sorted();
    }
}
