package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.DamagedFrameException;
import dev.capstan.engine.disk.Segment;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * The data file of a map output. A large index is read from the file each time: kept in memory, those of many outputs
 * for many partitions would take more than the data.
 *
 * @param indexStart where the frames end and the index begins
 * @param ends where the frames of each slice end; null if that is looked up in the file
 * @param content what it is, for messages
 */
record OutputFile(Path file, long indexStart, long @Nullable [] ends, String content) {
    /** Longer indexes stay on disk. */
    static final int MOST_ENDS = 512;

    /** The frames of slices in a row. */
    Segment segment(int firstSlice, int endSlice) throws IOException {
        String where = content + ", slice " + firstSlice + (endSlice - firstSlice == 1 ? "" : " to " + (endSlice - 1));
        if (ends != null) {
            return new Segment(file, firstSlice == 0 ? 0 : ends[firstSlice - 1], ends[endSlice - 1], where);
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long start = firstSlice == 0 ? 0 : end(in, firstSlice - 1);
            long end = end(in, endSlice - 1);
            if (start < 0 || end < start || end > indexStart) {
                throw new DamagedFrameException(
                        "damaged index: " + where + " in " + file + ": " + start + " to " + end);
            }
            return new Segment(file, start, end, where);
        }
    }

    private long end(RandomAccessFile in, int slice) throws IOException {
        in.seek(indexStart + (long) slice * Long.BYTES);
        return in.readLong();
    }
}
