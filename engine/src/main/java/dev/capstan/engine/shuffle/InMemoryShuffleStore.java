package dev.capstan.engine.shuffle;

import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps map outputs on the heap as serialized records, key and value in turn. */
public final class InMemoryShuffleStore implements ShuffleStore {
    private final Serializer serializer;
    private final ConcurrentHashMap<ShuffleId, ConcurrentHashMap<Integer, ShuffleBlock[]>> outputs =
            new ConcurrentHashMap<>();

    /** A straggler may commit after its shuffle was forgotten; numbers are few, so they are kept for ever. */
    private final Set<ShuffleId> forgotten = ConcurrentHashMap.newKeySet();

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
        forgotten.add(shuffle);
        outputs.remove(shuffle);
    }

    @Override
    public void lose(ShuffleId shuffle, int mapPartition) {
        ConcurrentHashMap<Integer, ShuffleBlock[]> ofShuffle = outputs.get(shuffle);
        if (ofShuffle != null) {
            ofShuffle.remove(mapPartition);
        }
    }

    private final class Writer implements ShuffleWriter {
        private static final byte[] EMPTY = {};

        private final ShuffleId shuffle;
        private final int mapPartition;
        private final @Nullable ByteOutput[] bytes;
        private final Serializer.@Nullable RecordWriter[] records;

        Writer(ShuffleId shuffle, int mapPartition, int reducePartitions) {
            this.shuffle = shuffle;
            this.mapPartition = mapPartition;
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
            outputs.computeIfAbsent(shuffle, _ -> new ConcurrentHashMap<>()).put(mapPartition, blocks);
            if (forgotten.contains(shuffle)) {
                outputs.remove(shuffle);
            }
            return size;
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
