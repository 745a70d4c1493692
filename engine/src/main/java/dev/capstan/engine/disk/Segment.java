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

    /**
     * Opens it for sending.
     *
     * @param skippedFrames how many of its frames are not to be sent
     */
    public OpenSegment openToSend(int skippedFrames) throws IOException {
        return OpenSegment.of(this, skippedFrames);
    }

    /**
     * Reads one of its frames, as it lies there now, and says whether it is as it was written.
     *
     * @param number of the frame, from 0
     */
    public FrameReading reading(int number) throws IOException {
        try (SegmentReader reader = new SegmentReader(this)) {
            StoredFrame frame = null;
            for (int i = 0; i <= number; i++) {
                frame = reader.next();
                if (frame == null) {
                    throw new DamagedFrameException(
                            content + " in " + file + " has " + i + " frames, but number " + number + " is wanted");
                }
            }
            boolean intact = frame != null && frame.intact();
            return new FrameReading(intact, reader.where() + (intact ? "" : ": its checksum does not match"));
        }
    }
}
