package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.FrameOutput;
import dev.capstan.engine.disk.Frames;

import java.io.IOException;

/**
 * A map output in memory: all frames in one array, so that many small partitions take little more than their bytes.
 *
 * @param firstFrame of each reduce partition the number of its first frame, and behind the last the number of frames
 * @param ends where each frame ends
 */
record PackedFrames(byte[] bytes, int[] firstFrame, int[] ends) {
    long size(int reducePartition) {
        return (long) start(firstFrame[reducePartition + 1]) - start(firstFrame[reducePartition]);
    }

    /** What it takes of the heap, nearly. */
    long heapBytes() {
        return heapBytes(bytes.length, firstFrame.length - 1, ends.length);
    }

    static long heapBytes(long bytes, int partitions, int frames) {
        return bytes + 4L * partitions + 4L * frames + 128;
    }

    private int start(int frame) {
        return frame == 0 ? 0 : ends[frame - 1];
    }

    void writeTo(int reducePartition, FrameOutput out) throws IOException {
        for (int frame = firstFrame[reducePartition]; frame < firstFrame[reducePartition + 1]; frame++) {
            out.frame(bytes, start(frame), ends[frame] - start(frame));
        }
    }

    Frames open(int reducePartition) {
        return new Frames() {
            private int frame = firstFrame[reducePartition] - 1;

            @Override
            public boolean next() {
                return ++frame < firstFrame[reducePartition + 1];
            }

            @Override
            public byte[] bytes() {
                return bytes;
            }

            @Override
            public int offset() {
                return start(frame);
            }

            @Override
            public int length() {
                return ends[frame] - start(frame);
            }

            @Override
            public void close() {}
        };
    }
}
