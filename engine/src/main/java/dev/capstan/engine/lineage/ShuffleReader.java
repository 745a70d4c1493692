package dev.capstan.engine.lineage;

import dev.capstan.engine.disk.Frames;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.shuffle.FetchFailedException;
import dev.capstan.engine.shuffle.ShuffleBlock;
import dev.capstan.engine.shuffle.ShuffleFetcher;
import dev.capstan.engine.task.Sneaky;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.ByteInput;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Reads one partition of a shuffle: the blocks that all map tasks have written for it. They are fetched from all
 * executors at once; a block is opened when its turn comes, and every frame of it is checked before its records are
 * used.
 *
 * <p>Records come in the order of the map partitions, wherever those were computed. A task that is run again must give
 * the same records in the same order: a dealer of records by turns, as repartition is, would otherwise deal some of
 * them twice and others never when one of its map outputs is computed again.
 */
public final class ShuffleReader implements Iterator<Pair<Object, Object>> {
    private final TaskContext task;
    private final ShuffleId shuffle;
    private final int partition;
    private final int slices;
    private final SequencedMap<ExecutorId, List<Integer>> mapPartitions = new LinkedHashMap<>();

    /** By map partition; those without records are left out. */
    private final NavigableMap<Integer, Located> blocks = new TreeMap<>();

    private boolean fetched;
    private @Nullable Iterator<Located> unopened;
    private long bytes;
    private long bytesRead;

    /** Which slice is read now; all of them if it is negative. */
    private int slice = -1;

    private @Nullable Located block;
    private Frames frames = Frames.NONE;
    private Iterator<Object> records = Collections.emptyIterator();
    private @Nullable Object key;
    private @Nullable Object value;

    /** Takes the bytes of whole records, keys and values in turn; they stay as they are. */
    interface FrameSink {
        void accept(byte[] bytes, int offset, int length) throws IOException;
    }

    private record Located(ShuffleBlock block, ExecutorId executor) {}

    /** What a fetcher may know of the task. */
    private record Reading(TaskContext task) implements ShuffleFetcher.Reader {
        @Override
        public void checkKilled() {
            task.checkKilled();
        }

        @Override
        public void onKill(Runnable wakes) {
            task.onKill(wakes);
        }

        @Override
        public void onCompletion(Runnable completion) {
            task.onCompletion(completion);
        }
    }

    public ShuffleReader(ShuffleDependency<?, ?, ?> dependency, int partition, TaskContext task) {
        this.task = task;
        this.shuffle = dependency.shuffle();
        this.partition = partition;
        this.slices = dependency.slices().perPartition();
        task.onCompletion(() -> frames.close());
        plan(task.inputs(shuffle).locations());
    }

    private void plan(List<@Nullable ExecutorId> locations) {
        int mapPartition = 0;
        for (ExecutorId location : locations) {
            if (location == null) {
                throw task.lost(
                        new FetchFailedException(shuffle, mapPartition, null, "nobody knows where the output is"));
            }
            mapPartitions.computeIfAbsent(location, _ -> new ArrayList<>()).add(mapPartition);
            mapPartition++;
        }
    }

    /** How many slices the partition has. */
    int slices() {
        return slices;
    }

    /** How much there is to read. */
    long bytes() {
        fetch();
        return bytes;
    }

    /** From now on the records of this slice are read, from the first one on. */
    void begin(int newSlice) {
        fetch();
        frames.close();
        frames = Frames.NONE;
        records = Collections.emptyIterator();
        slice = newSlice;
        bytesRead = 0;
        unopened = blocks.values().iterator();
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

    /** How many bytes of records were read of the slice that is read now. */
    long bytesRead() {
        return bytesRead;
    }

    private boolean nextRecords() {
        do {
            if (!nextFrame()) {
                return false;
            }
            task.checkKilled();
            bytesRead += frames.length();
            records =
                    task.serializer()
                            .reader(new ByteInput(frames.bytes(), frames.offset(), frames.length()), task.loader());
        } while (!records.hasNext());
        return true;
    }

    /** Gives all records as the bytes that they are, instead of one by one. */
    void frames(FrameSink sink) throws IOException {
        while (nextFrame()) {
            task.checkKilled();
            sink.accept(frames.bytes(), frames.offset(), frames.length());
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

    private boolean nextFrame() {
        fetch();
        Iterator<Located> rest = unopened == null ? blocks.values().iterator() : unopened;
        unopened = rest;
        try {
            while (!frames.next()) {
                frames.close();
                frames = Frames.NONE;
                if (!rest.hasNext()) {
                    return false;
                }
                block = rest.next();
                frames = slice < 0 ? block.block().open() : block.block().openSlice(slice);
            }
            return true;
        } catch (InterruptedIOException e) {
            frames.close();
            task.checkKilled();
            Thread.interrupted(); // the exception says it from here on
            throw Sneaky.rethrow(new InterruptedException(e.getMessage()));
        } catch (IOException e) {
            frames.close();
            throw task.lost(
                    new FetchFailedException(
                            shuffle, block.block().mapPartition(), block.executor(), String.valueOf(e.getMessage())));
        }
    }

    private void fetch() {
        if (fetched) {
            return;
        }
        fetched = true;
        var wanted = new ShuffleFetcher.Wanted(shuffle, mapPartitions, partition * slices, (partition + 1) * slices);
        try {
            for (ShuffleFetcher.Fetched each : task.environment().fetcher().fetch(wanted, new Reading(task))) {
                long size = each.block().size();
                task.recorder().readShuffle(size);
                bytes += size;
                if (size > 0) {
                    blocks.put(each.block().mapPartition(), new Located(each.block(), each.from()));
                }
            }
        } catch (FetchFailedException e) {
            throw task.lost(e);
        } catch (InterruptedException e) {
            throw Sneaky.rethrow(e);
        }
    }
}
