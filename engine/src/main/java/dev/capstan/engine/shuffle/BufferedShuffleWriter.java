package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.FrameOutput;
import dev.capstan.engine.disk.Segment;
import dev.capstan.engine.disk.SpillFile;
import dev.capstan.engine.memory.MemoryBudget;
import dev.capstan.engine.memory.Spillable;
import dev.capstan.engine.memory.StorageGrant;
import dev.capstan.engine.memory.TaskMemory;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Collects the frames of each reduce partition in memory. When it gets no more memory it appends all of them to a spill
 * file and begins anew. At the end the parts of each partition come together, in the order in which they were written.
 */
final class BufferedShuffleWriter implements ShuffleWriter, Spillable {
    /** It asks for memory in steps of this size, so that not every record asks. */
    private static final long STEP = 256 << 10;

    /** What it may hold without a grant, so that it makes progress when it gets none. */
    private static final long ALLOWANCE = 64 << 10;

    /** Larger outputs go to disk: in one array they would be a burden for the collector. */
    private static final long MOST_IN_MEMORY = 256L << 20;

    private final Serializer serializer;
    private final OutputFiles files;
    private final TaskMemory task;
    private final MemoryBudget storage;
    private final Consumer<MapOutput> publish;
    private final Runnable ended;
    private final @Nullable PartitionBuffer[] buffers;
    private final List<SpillRound> rounds = new ArrayList<>();
    private @Nullable SpillFile spills;
    private long held;
    private long granted;

    /** What one spill has written: where the part of each partition ends. */
    private record SpillRound(Segment whole, long[] ends) {
        Segment part(int partition) {
            long start = partition == 0 ? whole.start() : ends[partition - 1];
            return new Segment(whole.file(), start, ends[partition], whole.content());
        }
    }

    BufferedShuffleWriter(
            Serializer serializer,
            OutputFiles files,
            TaskMemory task,
            MemoryBudget storage,
            Consumer<MapOutput> publish,
            Runnable ended) {
        this.serializer = serializer;
        this.files = files;
        this.task = task;
        this.storage = storage;
        this.publish = publish;
        this.ended = ended;
        this.buffers = new PartitionBuffer[files.slices()];
    }

    @Override
    public void write(int reducePartition, @Nullable Object key, @Nullable Object value)
            throws IOException, InterruptedException {
        PartitionBuffer buffer = buffers[reducePartition];
        if (buffer == null) {
            buffer = begin(reducePartition);
        }
        long before = buffer.capacity();
        buffer.write(key, value);
        long after = buffer.capacity();
        if (after != before) {
            grew(after - before);
        }
    }

    private PartitionBuffer begin(int partition) {
        PartitionBuffer buffer = new PartitionBuffer(serializer);
        buffers[partition] = buffer;
        held += buffer.capacity();
        return buffer;
    }

    private void grew(long bytes) throws IOException, InterruptedException {
        held += bytes;
        if (held > granted + ALLOWANCE) {
            long missing = Math.max(STEP, held - granted);
            long got = task.acquire(missing, this);
            granted += got;
            if (held > granted + ALLOWANCE) {
                spill(held);
            }
        }
    }

    @Override
    public long spill(long wanted) throws IOException {
        if (held == 0) {
            return 0;
        }
        if (spills == null) {
            spills = files.spills();
        }
        long[] ends = new long[buffers.length];
        Segment whole = spills.append(out -> writeAll(out, ends), held);
        rounds.add(new SpillRound(whole, ends));
        task.spilled(held, whole.length());
        return release();
    }

    private void writeAll(FrameOutput out, long[] ends) throws IOException {
        for (int partition = 0; partition < buffers.length; partition++) {
            PartitionBuffer buffer = buffers[partition];
            if (buffer != null) {
                buffer.writeTo(out);
            }
            ends[partition] = out.position();
        }
    }

    private long release() {
        Arrays.fill(buffers, null);
        held = 0;
        granted = 0;
        long released = task.held(this);
        task.releaseAll(this);
        return released;
    }

    @Override
    public long commit() throws IOException {
        granted = 0;
        task.releaseAll(this); // what it holds becomes storage now, or leaves memory
        MapOutput output = rounds.isEmpty() ? inMemory() : null;
        if (output == null) {
            output = onDisk();
        }
        long size = output.size();
        publish.accept(output);
        output.seal();
        return size;
    }

    private @Nullable MapOutput inMemory() {
        long bytes = 0;
        int frames = 0;
        for (PartitionBuffer buffer : buffers) {
            bytes += buffer == null ? 0 : buffer.size();
            frames += buffer == null ? 0 : buffer.frames();
        }
        if (bytes > Math.min(MOST_IN_MEMORY, storage.usage().total() / 8)) {
            return null;
        }
        StorageGrant grant = storage.store(files.shuffle());
        if (!grant.grow(PackedFrames.heapBytes(bytes, buffers.length, frames))) {
            grant.close();
            return null;
        }
        return new MapOutput(files, pack((int) bytes, frames), grant);
    }

    private PackedFrames pack(int size, int frames) {
        byte[] bytes = new byte[size];
        int[] firstFrame = new int[buffers.length + 1];
        int[] ends = new int[frames];
        int frame = 0;
        int position = 0;
        for (int partition = 0; partition < buffers.length; partition++) {
            PartitionBuffer buffer = buffers[partition];
            if (buffer != null) {
                position = buffer.packInto(bytes, position, ends, frame);
                frame += buffer.frames();
            }
            firstFrame[partition + 1] = frame;
        }
        return new PackedFrames(bytes, firstFrame, ends);
    }

    private MapOutput onDisk() throws IOException {
        long spilled = rounds.stream().mapToLong(round -> round.whole().length()).sum();
        return new MapOutput(files, files.write(this::writePartition, spilled + held));
    }

    private void writePartition(int partition, FrameOutput out) throws IOException {
        for (SpillRound round : rounds) {
            out.copy(round.part(partition));
        }
        PartitionBuffer buffer = buffers[partition];
        if (buffer != null) {
            buffer.writeTo(out);
        }
    }

    @Override
    public void close() {
        ended.run();
        release();
        rounds.clear();
        if (spills != null) {
            spills.close();
            spills = null;
        }
    }

    @Override
    public String describe() {
        return files.describe();
    }
}
