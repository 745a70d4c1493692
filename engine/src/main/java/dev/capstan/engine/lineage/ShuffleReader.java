package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.shuffle.FetchFailedException;
import dev.capstan.engine.shuffle.ShuffleBlock;
import dev.capstan.engine.task.Sneaky;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.ByteInput;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.TreeMap;

/**
 * Reads one partition of a shuffle: the blocks that all map tasks have written for it. They are fetched executor by
 * executor, and every block is checked before any of its records is used.
 *
 * <p>Records come in the order of the map partitions, wherever those were computed. A task that is run again must give
 * the same records in the same order: a dealer of records by turns, as repartition is, would otherwise deal some of
 * them twice and others never when one of its map outputs is computed again.
 */
public final class ShuffleReader implements Iterator<Pair<Object, Object>> {
    private final TaskContext task;
    private final ShuffleId shuffle;
    private final int partition;
    private final Deque<Source> sources = new ArrayDeque<>();
    private final NavigableMap<Integer, ShuffleBlock> blocks = new TreeMap<>();
    private Iterator<Object> records = Collections.emptyIterator();
    private @Nullable Object key;
    private @Nullable Object value;

    /** Takes the bytes of whole records, keys and values in turn. */
    interface FrameSink {
        void accept(byte[] frame, int length) throws IOException;
    }

    private record Source(ExecutorId executor, int[] mapPartitions) {}

    public ShuffleReader(ShuffleId shuffle, int partition, TaskContext task) {
        this.task = task;
        this.shuffle = shuffle;
        this.partition = partition;
        plan(task.inputs(shuffle).locations());
    }

    private void plan(List<@Nullable ExecutorId> locations) {
        Map<ExecutorId, List<Integer>> byExecutor = new LinkedHashMap<>();
        int mapPartition = 0;
        for (ExecutorId location : locations) {
            if (location == null) {
                throw task.lost(
                        new FetchFailedException(shuffle, mapPartition, null, "nobody knows where the output is"));
            }
            byExecutor.computeIfAbsent(location, _ -> new ArrayList<>()).add(mapPartition);
            mapPartition++;
        }
        byExecutor.forEach((executor, partitions) ->
                sources.add(new Source(executor, partitions.stream().mapToInt(Integer::intValue).toArray())));
    }

    /** Goes to the next pair, or to the first; false if there is none. */
    boolean advance() {
        if (!records.hasNext() && !nextRecords()) {
            return false;
        }
        task.recorder().read(1);
        key = records.next();
        value = records.next();
        return true;
    }

    @Nullable Object key() {
        return key;
    }

    @Nullable Object value() {
        return value;
    }

    private boolean nextRecords() {
        do {
            ShuffleBlock block = nextBlock();
            if (block == null) {
                return false;
            }
            task.checkKilled();
            records = task.serializer().reader(new ByteInput(block.bytes()), task.loader());
        } while (!records.hasNext());
        return true;
    }

    /** Gives all records as the bytes that they are, instead of one by one. */
    void frames(FrameSink sink) throws IOException {
        for (ShuffleBlock block = nextBlock(); block != null; block = nextBlock()) {
            task.checkKilled();
            sink.accept(block.bytes(), block.bytes().length);
        }
    }

    @Override
    public boolean hasNext() {
        return records.hasNext() || nextRecords();
    }

    @Override
    public Pair<Object, Object> next() {
        if (!advance()) {
            throw new NoSuchElementException();
        }
        return new Pair<>(key, value);
    }

    private @Nullable ShuffleBlock nextBlock() {
        while (!sources.isEmpty()) {
            fetch(sources.poll());
        }
        Map.Entry<Integer, ShuffleBlock> first = blocks.pollFirstEntry();
        return first == null ? null : first.getValue();
    }

    private void fetch(Source source) {
        try {
            List<ShuffleBlock> fetched =
                    task.environment().fetcher().fetch(source.executor(), shuffle, source.mapPartitions(), partition);
            for (ShuffleBlock block : fetched) {
                if (!block.intact()) {
                    throw new FetchFailedException(
                            shuffle,
                            block.mapPartition(),
                            source.executor(),
                            "the block for partition " + partition + " is damaged: its checksum does not match");
                }
                task.recorder().readShuffle(block.bytes().length);
                if (block.bytes().length > 0) {
                    blocks.put(block.mapPartition(), block);
                }
            }
        } catch (FetchFailedException e) {
            throw task.lost(e);
        } catch (InterruptedException e) {
            throw Sneaky.rethrow(e);
        }
    }
}
