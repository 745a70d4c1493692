package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.Frames;

import java.io.IOException;

/**
 * What one map task has written for one reduce partition, a slice or several in a row: frames of records, key and value
 * in turn. It takes no memory before it is opened, and then that of one frame.
 */
public interface ShuffleBlock {
    int mapPartition();

    /** How many bytes it takes where it is kept; 0 if there are no records. */
    long size();

    /**
     * Opens it for reading. What is opened can be read to its end even if the output is replaced or forgotten.
     *
     * @throws IOException if it is no longer there
     */
    Frames open() throws IOException;

    /** Opens one of its slices, from 0, for reading. */
    Frames openSlice(int slice) throws IOException;

    /** A block without records. */
    static ShuffleBlock empty(int mapPartition) {
        return new ShuffleBlock() {
            @Override
            public int mapPartition() {
                return mapPartition;
            }

            @Override
            public long size() {
                return 0;
            }

            @Override
            public Frames open() {
                return Frames.NONE;
            }

            @Override
            public Frames openSlice(int slice) {
                return Frames.NONE;
            }
        };
    }
}
