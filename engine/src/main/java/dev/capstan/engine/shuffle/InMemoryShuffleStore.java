package dev.capstan.engine.shuffle;

import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps map outputs on the heap as serialized records, key and value in turn. */
public final class InMemoryShuffleStore implements ShuffleStore {
    private final Serializer serializer;
    private final ConcurrentHashMap<ShuffleId, ConcurrentHashMap<Integer, ShuffleBlock[]>> outputs =
            new ConcurrentHashMap<>();

    /**
     * How often each shuffle was forgotten: what was begun before is not kept, what begins after is, because a shuffle
     * may be computed again. Numbers are few, so they are kept for ever.
     */
    private final ConcurrentHashMap<ShuffleId, Integer> forgotten = new ConcurrentHashMap<>();

    public InMemoryShuffleStore(Serializer serializer) {
        this.serializer = Objects.requireNonNull(serializer, "serializer");
    }

    @Override
    public ShuffleWriter open(ShuffleId shuffle, int mapPartition, TaskId task, int reducePartitions) {
        return new Writer(shuffle, mapPartition, reducePartitions);
    }

    @Override
    public Optional<ShuffleBlock> read(ShuffleId shuffle, int mapPartition, int reducePartition) {
        ConcurrentHashMap<Integer, ShuffleBlock[]> ofShuffle = outputs.get(shuffle);
        ShuffleBlock[] blocks = ofShuffle == null ? null : ofShuffle.get(mapPartition);
        return blocks == null ? Optional.empty() : Optional.of(blocks[reducePartition]);
    }

    @Override
    public void forget(ShuffleId shuffle) {
        outputs.compute(
                shuffle,
                (_, _) -> {
                    forgotten.merge(shuffle, 1, Integer::sum);
                    return null;
                });
    }

    @Override
    public void lose(ShuffleId shuffle, int mapPartition) {
        ConcurrentHashMap<Integer, ShuffleBlock[]> ofShuffle = outputs.get(shuffle);
        if (ofShuffle != null) {
            ofShuffle.remove(mapPartition);
        }
    }

    private int timesForgotten(ShuffleId shuffle) {
        return forgotten.getOrDefault(shuffle, 0);
    }

    private final class Writer implements ShuffleWriter {
        private static final byte[] EMPTY = {};

        private final ShuffleId shuffle;
        private final int mapPartition;
        private final int timesForgottenBefore;
        private final @Nullable ByteOutput[] bytes;
        private final Serializer.@Nullable RecordWriter[] records;

        Writer(ShuffleId shuffle, int mapPartition, int reducePartitions) {
            this.shuffle = shuffle;
            this.mapPartition = mapPartition;
            this.timesForgottenBefore = timesForgotten(shuffle);
            bytes = new ByteOutput[reducePartitions];
            records = new Serializer.RecordWriter[reducePartitions];
        }

        @Override
        public void write(int reducePartition, @Nullable Object key, @Nullable Object value) {
            Serializer.RecordWriter writer = records[reducePartition];
            if (writer == null) {
                ByteOutput out = new ByteOutput(512);
                bytes[reducePartition] = out;
                writer = serializer.writer(out);
                records[reducePartition] = writer;
            }
            writer.write(key);
            writer.write(value);
        }

        @Override
        public long commit() {
            ShuffleBlock[] blocks = new ShuffleBlock[bytes.length];
            long size = 0;
            for (int i = 0; i < blocks.length; i++) {
                ByteOutput out = bytes[i];
                bytes[i] = null;
                byte[] content = out == null ? EMPTY : out.toByteArray();
                blocks[i] = new ShuffleBlock(mapPartition, content, ShuffleBlock.checksumOf(content));
                size += content.length;
            }
            outputs.compute(shuffle, (_, ofShuffle) -> with(ofShuffle, blocks));
            return size;
        }

        private @Nullable ConcurrentHashMap<Integer, ShuffleBlock[]> with(
                @Nullable ConcurrentHashMap<Integer, ShuffleBlock[]> ofShuffle, ShuffleBlock[] blocks) {
            if (timesForgotten(shuffle) != timesForgottenBefore) {
                return ofShuffle;
            }
            ConcurrentHashMap<Integer, ShuffleBlock[]> all = ofShuffle == null ? new ConcurrentHashMap<>() : ofShuffle;
            all.put(mapPartition, blocks);
            return all;
        }

        @Override
        public void close() {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = null;
                records[i] = null;
            }
        }
    }
}
