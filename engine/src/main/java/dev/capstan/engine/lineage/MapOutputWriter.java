package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.pipeline.Sink;
import dev.capstan.engine.reduce.MapSideCombining;
import dev.capstan.engine.shuffle.ShuffleWriter;
import dev.capstan.engine.task.Sneaky;
import dev.capstan.engine.task.TaskContext;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** The map side of a shuffle: combines if it may, and sends each pair to the partition of its key. */
public final class MapOutputWriter implements Sink<Pair<Object, Object>> {
    private final Partitioner partitioner;
    private final Slices slices;
    private final ShuffleWriter writer;
    private final int sliceCount;
    private long records;

    private MapOutputWriter(Partitioner partitioner, Slices slices, ShuffleWriter writer) {
        this.sliceCount = slices.count(partitioner);
        this.slices = slices;
        this.partitioner = partitioner;
        this.writer = writer;
    }

    /**
     * Writes all pairs of the task's partition as its output and commits it.
     *
     * @return its size in bytes
     */
    @SuppressWarnings("unchecked")
    public static long write(ShuffleDependency<?, ?, ?> dependency, Lineage<?> pairs, TaskContext task)
            throws Exception {
        Partitioner partitioner = dependency.partitioner();
        Slices slices = dependency.slices();
        try (ShuffleWriter writer =
                task.environment()
                        .shuffles()
                        .open(dependency.shuffle(), task.partition(), slices.count(partitioner), task.memory())) {
            var output = new MapOutputWriter(partitioner, slices, writer);
            Lineage<Pair<Object, Object>> dataset = (Lineage<Pair<Object, Object>>) pairs;
            if (dependency.combinesOnMapSide()) {
                Aggregator<?, ?, ?> aggregator = dependency.aggregator().orElseThrow();
                var combining = new MapSideCombining(aggregator.create(), aggregator.add(), output::write, task);
                dataset.drain(task.partition(), task, combining.table());
                combining.finish();
            } else {
                dataset.drain(task.partition(), task, output);
            }
            task.checkKilled();
            long bytes = writer.commit();
            task.recorder().wrote(output.records);
            task.recorder().wroteShuffle(bytes);
            return bytes;
        }
    }

    @Override
    public void accept(Pair<Object, Object> pair) throws Exception {
        write(pair.key(), pair.value());
    }

    private void write(@Nullable Object key, @Nullable Object value) throws IOException {
        int slice = slices.sliceOf(key, partitioner);
        if (slice < 0 || slice >= sliceCount) {
            throw noSuchPartition(key);
        }
        try {
            writer.write(slice, key, value);
        } catch (InterruptedException e) {
            throw Sneaky.rethrow(e);
        }
        records++;
    }

    /** A partitioner of the user may be wrong. */
    private IllegalStateException noSuchPartition(@Nullable Object key) {
        return new IllegalStateException(
                "the partitioner "
                        + partitioner
                        + " gives partition "
                        + partitioner.partitionOf(key)
                        + " to the key "
                        + key
                        + ", but has "
                        + partitioner.partitions()
                        + " partitions, numbered from 0");
    }
}
