package dev.capstan.engine.spill;

import dev.capstan.engine.disk.FrameOutput;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Takes the records of a spill, segment by segment, and writes them in frames. */
public final class RecordOutput {
    private static final int FRAME_BYTES = 128 << 10;

    private final Serializer serializer;
    private final FrameOutput frames;
    private final ByteOutput frame = new ByteOutput(FRAME_BYTES);
    private final List<Long> ends = new ArrayList<>();
    private Serializer.RecordWriter writer;

    RecordOutput(Serializer serializer, FrameOutput frames) {
        this.serializer = serializer;
        this.frames = frames;
        this.writer = serializer.writer(frame);
    }

    /** Adds a record to the segment that is open. */
    public void write(@Nullable Object record) throws IOException {
        writer.write(record);
        if (frame.size() >= FRAME_BYTES) {
            endFrame();
        }
    }

    /** Ends the segment that is open; the first one is segment 0. */
    public void endSegment() throws IOException {
        endFrame();
        ends.add(frames.position());
    }

    private void endFrame() throws IOException {
        if (frame.size() > 0) {
            frames.frame(frame.buffer(), 0, frame.size());
            frame.truncate(0);
            writer = serializer.writer(frame);
        }
    }

    /** Where each segment ended. */
    List<Long> ends() {
        return ends;
    }
}
