package dev.capstan.engine.storage;

import dev.capstan.engine.disk.FrameOutput;
import dev.capstan.engine.disk.Frames;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Frames in memory, on the heap or outside of it. What lies outside is freed by the collector when no reader has it any
 * more, soon after it was dropped: a reader must never find memory that is no longer there.
 */
final class MemoryFrames {
    private final boolean offHeap;
    private final Deque<MemorySegment> frames = new ArrayDeque<>();
    private long size;

    MemoryFrames(boolean offHeap) {
        this.offHeap = offHeap;
    }

    void add(byte[] frame) {
        MemorySegment heap = MemorySegment.ofArray(frame);
        frames.add(offHeap ? Arena.ofAuto().allocate(frame.length, 1).copyFrom(heap) : heap);
        size += frame.length;
    }

    long size() {
        return size;
    }

    /** Lets go of the first frame; null if there is none. */
    byte @Nullable [] takeFirst() {
        MemorySegment first = frames.pollFirst();
        if (first == null) {
            return null;
        }
        size -= first.byteSize();
        return read(first);
    }

    private static byte[] read(MemorySegment frame) {
        return frame.heapBase().map(array -> (byte[]) array).orElseGet(() -> frame.toArray(ValueLayout.JAVA_BYTE));
    }

    void writeTo(FrameOutput out) throws IOException {
        for (MemorySegment frame : frames) {
            byte[] bytes = read(frame);
            out.frame(bytes, 0, bytes.length);
        }
    }

    Frames open() {
        return new Frames() {
            private final Iterator<MemorySegment> left = frames.iterator();
            private byte[] bytes = {};

            @Override
            public boolean next() {
                if (!left.hasNext()) {
                    return false;
                }
                bytes = read(left.next());
                return true;
            }

            @Override
            public byte[] bytes() {
                return bytes;
            }

            @Override
            public void close() {}
        };
    }
}
