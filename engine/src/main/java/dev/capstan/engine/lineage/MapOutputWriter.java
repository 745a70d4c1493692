package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.pipeline.Combiner;
import dev.capstan.engine.pipeline.Sink;
import dev.capstan.engine.shuffle.ShuffleWriter;
import dev.capstan.engine.task.TaskContext;

import org.jspecify.annotations.Nullable;

/** The map side of a shuffle: combines if it may, and sends each pair to the partition of its key. */
public final class MapOutputWriter {
    private MapOutputWriter() {}

    /**
     * Writes all pairs of the task's partition as its output and commits it.
     *
     * @return its size in bytes
     */
    @SuppressWarnings("unchecked")
    public static long write(ShuffleDependency<?, ?, ?> dependency, Lineage<?> pairs, TaskContext task)
            throws Exception {
        Partitioner partitioner = dependency.partitioner();
        try (ShuffleWriter writer =
                task.environment()
                        .shuffles()
                        .open(dependency.shuffle(), task.partition(), task.task(), partitioner.partitions())) {
            var out = new Output(partitioner, writer);
            Lineage<Pair<Object, Object>> dataset = (Lineage<Pair<Object, Object>>) pairs;
            if (dependency.combinesOnMapSide()) {
                Aggregator<?, ?, ?> aggregator = dependency.aggregator().orElseThrow();
                Combiner combined = task.pipelines().combiner(aggregator.create(), aggregator.add(), Object.class);
                dataset.drain(task.partition(), task, combined);
                out.write(combined);
            } else {
                dataset.drain(task.partition(), task, out);
            }
            task.checkKilled();
            long bytes = writer.commit();
            task.recorder().wrote(out.records);
            task.recorder().wroteShuffle(bytes);
            return bytes;
        }
    }

    /** Sends each pair to the partition of its key. */
    private static final class Output implements Sink<Pair<Object, Object>> {
        private final Partitioner partitioner;
        private final ShuffleWriter writer;
        private long records;

        Output(Partitioner partitioner, ShuffleWriter writer) {
            this.partitioner = partitioner;
            this.writer = writer;
        }

        @Override
        public void accept(Pair<Object, Object> pair) {
            write(pair.key(), pair.value());
        }

        void write(Combiner combined) {
            for (int entry = 0; entry < combined.size(); entry++) {
                write(combined.key(entry), combined.value(entry));
            }
        }

        private void write(@Nullable Object key, @Nullable Object value) {
            writer.write(partitioner.partitionOf(key), key, value);
            records++;
        }
    }
}
