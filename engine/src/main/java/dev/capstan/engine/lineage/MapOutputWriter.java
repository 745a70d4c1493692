package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.shuffle.ShuffleWriter;
import dev.capstan.engine.task.TaskContext;

import java.io.IOException;
import java.util.Iterator;

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
                        .open(dependency.shuffle(), task.partition(), partitioner.partitions(), task.memory())) {
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

    private static long plain(Iterator<Pair<Object, Object>> pairs, Partitioner partitioner, ShuffleWriter writer)
            throws IOException, InterruptedException {
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
        CombinedValues combined = CombinedValues.of(aggregator.create()::apply, aggregator.add()::apply, pairs);
        for (int entry = 0; entry < combined.size(); entry++) {
            Object key = combined.key(entry);
            writer.write(partitioner.partitionOf(key), key, combined.value(entry));
        }
        return combined.size();
    }
}
