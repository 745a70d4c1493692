package dev.capstan.engine.spill;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Iterator;

/** Records of a task in a file, in segments that are read one by one. It goes with the task at the latest. */
public interface SpillFile extends AutoCloseable {
    /** Adds a record to the segment that is open. */
    void write(@Nullable Object record) throws IOException;

    /** Ends the segment that is open; the first one is segment 0. */
    void endSegment() throws IOException;

    /** The records of a segment, in the order in which they were written; once all segments are. */
    Iterator<@Nullable Object> read(int segment) throws IOException;

    /** How many bytes lie on the disk. */
    long bytes();

    /** Deletes the file. Idempotent. */
    @Override
    void close();
}
