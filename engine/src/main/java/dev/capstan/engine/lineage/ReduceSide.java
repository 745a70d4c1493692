package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.engine.operator.PairFunctions;
import dev.capstan.engine.pipeline.Same;
import dev.capstan.engine.reduce.Aggregation;
import dev.capstan.engine.reduce.Grouping;
import dev.capstan.engine.reduce.RecordSort;
import dev.capstan.engine.task.TaskContext;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;

/** The reduce side of a shuffle: reads, unites the values of a key if asked, sorts if asked. */
public final class ReduceSide {
    private ReduceSide() {}

    /** The pairs of one partition after the shuffle. */
    @SuppressWarnings("unchecked")
    public static Iterator<Pair<Object, Object>> read(
            ShuffleDependency<?, ?, ?> dependency, int partition, TaskContext task) {
        var reader = new ShuffleReader(dependency, partition, task);
        if (dependency.aggregator().isPresent()) {
            Aggregator<?, ?, ?> aggregator = dependency.aggregator().get();
            return new SliceBySlice(
                    List.of(reader), () -> aggregated(aggregator, dependency.reader(), reader, task), task);
        }
        if (dependency.order().isPresent()) {
            var order = (SerializableComparator<Object>) dependency.order().get();
            return new SliceBySlice(List.of(reader), () -> sorted(order, dependency.reader(), reader, task), task);
        }
        return reader;
    }

    private static Iterator<Pair<Object, Object>> aggregated(
            Aggregator<?, ?, ?> aggregator, String operator, ShuffleReader reader, TaskContext task) throws Exception {
        if (PairFunctions.Grouping.collects(aggregator.add())) {
            return grouped(operator, reader, task);
        }
        Fn2<?, ?, ?> merge = aggregator.merge();
        var aggregation =
                aggregator.onMapSide()
                        ? new Aggregation(Same.INSTANCE, merge, merge, operator, task)
                        : new Aggregation(aggregator.create(), aggregator.add(), merge, operator, task);
        while (reader.advance()) {
            aggregation.add(reader.key(), reader.value());
        }
        return aggregation.pairs();
    }

    private static Iterator<Pair<Object, Object>> grouped(String operator, ShuffleReader reader, TaskContext task)
            throws Exception {
        var grouping = new Grouping(1, operator, task);
        grouping.comesFrom(reader::bytesRead);
        while (reader.advance()) {
            grouping.add(0, reader.key(), reader.value());
        }
        return new GroupIterator<>(grouping.groups(), groups -> groups.values(0));
    }

    private static Iterator<Pair<Object, Object>> sorted(
            SerializableComparator<Object> order, String operator, ShuffleReader reader, TaskContext task)
            throws IOException {
        var sort = new RecordSort(order, operator, task);
        reader.frames(sort::add);
        return sort.sorted();
    }
}
