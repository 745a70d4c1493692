package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.shuffle.ShuffleWriter;
import dev.capstan.engine.task.TaskContext;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The map side of a shuffle: combines if it may, and sends each pair to the partition of its key. */
public final class MapOutputWriter {
    private MapOutputWriter() {}

    /**
     * Writes all pairs as the output of the task's partition and commits it.
     *
     * @return its size in bytes
     */
    @SuppressWarnings("unchecked")
    public static long write(
            ShuffleDependency<?, ?, ?> dependency, Iterator<Pair<Object, Object>> pairs, TaskContext task)
            throws Exception {
        Partitioner partitioner = dependency.partitioner();
        try (ShuffleWriter writer =
                task.environment()
                        .shuffles()
                        .open(dependency.shuffle(), task.partition(), task.task(), partitioner.partitions())) {
            long records =
                    dependency.combinesOnMapSide()
                            ? combine(
                                    (Aggregator<Object, Object, Object>) dependency.aggregator().orElseThrow(),
                                    pairs,
                                    partitioner,
                                    writer)
                            : plain(pairs, partitioner, writer);
            task.checkKilled();
            long bytes = writer.commit();
            task.recorder().wrote(records);
            task.recorder().wroteShuffle(bytes);
            return bytes;
        }
    }

    private static long plain(Iterator<Pair<Object, Object>> pairs, Partitioner partitioner, ShuffleWriter writer) {
        long records = 0;
        while (pairs.hasNext()) {
            Pair<Object, Object> pair = pairs.next();
            writer.write(partitioner.partitionOf(pair.key()), pair.key(), pair.value());
            records++;
        }
        return records;
    }

    private static long combine(
            Aggregator<Object, Object, Object> aggregator,
            Iterator<Pair<Object, Object>> pairs,
            Partitioner partitioner,
            ShuffleWriter writer)
            throws Exception {
        Map<Object, Object> combined = combineValues(aggregator.create()::apply, aggregator.add()::apply, pairs);
        for (Map.Entry<Object, Object> entry : combined.entrySet()) {
            writer.write(partitioner.partitionOf(entry.getKey()), entry.getKey(), entry.getValue());
        }
        return combined.size();
    }

    /** One value for each key, in the order in which keys came first. */
    static Map<Object, Object> combineValues(
            Fn<Object, Object> create, Fn2<Object, Object, Object> add, Iterator<Pair<Object, Object>> pairs)
            throws Exception {
        // A combined value may be null, and so may a key: absence is told by a value of our own.
        Map<Object, Object> combined = new LinkedHashMap<>();
        while (pairs.hasNext()) {
            Pair<Object, Object> pair = pairs.next();
            Object before = combined.getOrDefault(pair.key(), ABSENT);
            Object after = before == ABSENT ? create.apply(pair.value()) : add.apply(before, pair.value());
            if (after != before) {
                combined.put(pair.key(), after);
            }
        }
        return combined;
    }

    private static final Object ABSENT = new Object();
}
