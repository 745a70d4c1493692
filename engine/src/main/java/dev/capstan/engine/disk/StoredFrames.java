package dev.capstan.engine.disk;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** Frames in a row as they are stored, one at a time and neither checked nor decompressed: for sending them on. */
public interface StoredFrames extends AutoCloseable {
    /** Null at the end. */
    @Nullable StoredFrame next() throws IOException;

    @Override
    void close();

    /** The frames of another source, compressed for the way. */
    static StoredFrames compress(Frames frames, Codec codec) {
        return new StoredFrames() {
            @Override
            public @Nullable StoredFrame next() throws IOException {
                return frames.next() ? StoredFrame.of(codec, frames.bytes(), frames.offset(), frames.length()) : null;
            }

            @Override
            public void close() {
                frames.close();
            }
        };
    }
}
