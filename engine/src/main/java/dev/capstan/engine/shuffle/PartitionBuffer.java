package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.FrameOutput;
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

    /** There may be thousands of partitions with a few records each. */
    private static final int FIRST_BYTES = 64;

    private final Serializer serializer;
    private final ByteOutput current = new ByteOutput(FIRST_BYTES);
    private Serializer.@Nullable RecordWriter records;
    private @Nullable List<byte[]> full;
    private long fullBytes;

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
        byte[] frame = current.toByteArray();
        if (full == null) {
            full = new ArrayList<>();
        }
        full.add(frame);
        fullBytes += frame.length;
        current.truncate(0);
        records = null;
    }

    /** How much memory it takes, which is more than what was written. */
    long capacity() {
        return fullBytes + current.capacity();
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
            for (byte[] frame : full) {
                out.frame(frame, 0, frame.length);
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
            for (byte[] bytes : full) {
                System.arraycopy(bytes, 0, target, end, bytes.length);
                end += bytes.length;
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
