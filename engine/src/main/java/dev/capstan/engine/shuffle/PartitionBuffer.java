package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.FrameOutput;
import dev.capstan.engine.memory.ObjectSize;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The frames of one reduce partition while they are written: those that are full, and the one that is not. */
final class PartitionBuffer {
    /** Large enough to compress well, small enough to have many at once. */
    static final int FRAME_BYTES = 128 << 10;

    /** Room for most frames; what one huge record needed is not kept for the next. */
    private static final int MOST_KEPT_BYTES = 4 * FRAME_BYTES;

    /** There may be thousands of partitions with a few records each. */
    private static final int FIRST_BYTES = 64;

    private final Serializer serializer;
    private ByteOutput current = new ByteOutput(FIRST_BYTES);
    private Serializer.@Nullable RecordWriter records;
    private @Nullable List<Frame> full;
    private long fullBytes;
    private long fullCapacity;

    private record Frame(byte[] bytes, int length) {}

    PartitionBuffer(Serializer serializer) {
        this.serializer = serializer;
    }

    void write(@Nullable Object key, @Nullable Object value) {
        Serializer.RecordWriter writer = records;
        if (writer == null) {
            writer = serializer.writer(current);
            records = writer;
        }
        writer.write(key);
        writer.write(value);
        if (current.size() >= FRAME_BYTES) {
            closeFrame();
        }
    }

    private void closeFrame() {
        if (full == null) {
            full = new ArrayList<>();
        }
        Frame frame = frame();
        full.add(frame);
        fullBytes += frame.length;
        fullCapacity += ObjectSize.ofBytes(frame.bytes.length);
        records = null;
    }

    /** A copy, unless it is huge: then there may be no memory for a copy, and its buffer is too large to be kept. */
    private Frame frame() {
        int length = current.size();
        if (current.capacity() <= MOST_KEPT_BYTES) {
            byte[] copy = current.toByteArray();
            current.truncate(0);
            return new Frame(copy, length);
        }
        byte[] bytes = current.buffer();
        current = new ByteOutput(FIRST_BYTES);
        return new Frame(bytes, length);
    }

    /** How much memory it takes, which is more than what was written. */
    long capacity() {
        return fullCapacity + ObjectSize.ofBytes(current.capacity());
    }

    long size() {
        return fullBytes + current.size();
    }

    int frames() {
        return (full == null ? 0 : full.size()) + (current.size() > 0 ? 1 : 0);
    }

    /** Copies nothing: it is called when memory is short. */
    void writeTo(FrameOutput out) throws IOException {
        if (full != null) {
            for (Frame frame : full) {
                out.frame(frame.bytes, 0, frame.length);
            }
        }
        if (current.size() > 0) {
            out.frame(current.buffer(), 0, current.size());
        }
    }

    /** Copies all frames to a place in an array and notes where each of them ends; returns where the last one does. */
    int packInto(byte[] target, int position, int[] ends, int firstFrame) {
        int end = position;
        int frame = firstFrame;
        if (full != null) {
            for (Frame written : full) {
                System.arraycopy(written.bytes, 0, target, end, written.length);
                end += written.length;
                ends[frame++] = end;
            }
        }
        if (current.size() > 0) {
            current.copyTo(target, end);
            end += current.size();
            ends[frame] = end;
        }
        return end;
    }
}
