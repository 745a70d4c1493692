package dev.capstan.engine.storage;

import dev.capstan.engine.disk.Frames;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames in memory, on the heap or outside of it. What lies outside is freed by the collector when no reader has it any
 * more, soon after it was dropped: a reader must never find memory that is no longer there.
 */
final class MemoryFrames {
    private final boolean offHeap;
    private final List<MemorySegment> frames = new ArrayList<>();
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

    Frames open() {
        return new Frames() {
            private int next;
            private byte[] bytes = {};

            @Override
            public boolean next() {
                if (next == frames.size()) {
                    return false;
                }
                MemorySegment frame = frames.get(next++);
                bytes =
                        frame.heapBase()
                                .map(array -> (byte[]) array)
                                .orElseGet(() -> frame.toArray(ValueLayout.JAVA_BYTE));
                return true;
            }

            @Override
            public byte[] bytes() {
                return bytes;
            }

            @Override
            public int offset() {
                return 0;
            }

            @Override
            public int length() {
                return bytes.length;
            }

            @Override
            public void close() {}
        };
    }
}
