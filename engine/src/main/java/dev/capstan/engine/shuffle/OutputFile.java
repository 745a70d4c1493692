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
 * @param ends where the frames of each reduce partition end; null if that is looked up in the file
 * @param content what it is, for messages
 */
record OutputFile(Path file, long indexStart, long @Nullable [] ends, String content) {
    /** Longer indexes stay on disk. */
    static final int MOST_ENDS = 512;

    Segment segment(int reducePartition) throws IOException {
        String where = content + ", partition " + reducePartition;
        if (ends != null) {
            return new Segment(
                    file, reducePartition == 0 ? 0 : ends[reducePartition - 1], ends[reducePartition], where);
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long start = 0;
            if (reducePartition > 0) {
                in.seek(indexStart + (reducePartition - 1L) * Long.BYTES);
                start = in.readLong();
            } else {
                in.seek(indexStart);
            }
            long end = in.readLong();
            if (start < 0 || end < start || end > indexStart) {
                throw new DamagedFrameException(
                        "damaged index: " + where + " in " + file + ": " + start + " to " + end);
            }
            return new Segment(file, start, end, where);
        }
    }
}
