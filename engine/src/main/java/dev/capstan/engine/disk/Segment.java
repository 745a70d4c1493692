package dev.capstan.engine.disk;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Frames that follow one another in a file.
 *
 * @param content what it is, for messages: {@code map output 3 of shuffle 1, partition 7}
 */
public record Segment(Path file, long start, long end, String content) {
    public Segment {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("no segment of " + file + ": " + start + " to " + end);
        }
    }

    public long length() {
        return end - start;
    }

    /** Opens its frames; the file may be deleted while they are read. */
    public Frames open() throws IOException {
        return length() == 0 ? Frames.NONE : new SegmentFrames(new SegmentReader(this));
    }

    /** Opens its frames as they are. */
    public StoredFrames openStored() throws IOException {
        return new SegmentReader(this);
    }
}
