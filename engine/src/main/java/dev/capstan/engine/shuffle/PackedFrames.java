package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.FrameOutput;
import dev.capstan.engine.disk.Frames;

import java.io.IOException;

/**
 * A map output in memory: all frames in one array, so that many small slices take little more than their bytes.
 *
 * @param firstFrame of each slice the number of its first frame, and behind the last the number of frames
 * @param ends where each frame ends
 */
record PackedFrames(byte[] bytes, int[] firstFrame, int[] ends) {
    long size(int firstSlice, int endSlice) {
        return (long) start(firstFrame[endSlice]) - start(firstFrame[firstSlice]);
    }

    static long heapBytes(long bytes, int slices, int frames) {
        return bytes + 4L * slices + 4L * frames + 128;
    }

    private int start(int frame) {
        return frame == 0 ? 0 : ends[frame - 1];
    }

    void writeTo(int slice, FrameOutput out) throws IOException {
        for (int frame = firstFrame[slice]; frame < firstFrame[slice + 1]; frame++) {
            out.frame(bytes, start(frame), ends[frame] - start(frame));
        }
    }

    Frames open(int firstSlice, int endSlice) {
        return new Frames() {
            private int frame = firstFrame[firstSlice] - 1;

            @Override
            public boolean next() {
                return ++frame < firstFrame[endSlice];
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
