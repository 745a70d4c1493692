package dev.capstan.engine.disk;

import java.io.IOException;

/**
 * Frames in a row, one at a time. A frame is a serializer stream of whole records that can be read by itself.
 *
 * <pre>{@code
 * try (Frames frames = block.open()) {
 *     while (frames.next()) {
 *         records = serializer.reader(new ByteInput(frames.bytes(), frames.offset(), frames.length()), loader);
 *         ...
 *     }
 * }
 * }</pre>
 */
public interface Frames extends AutoCloseable {
    /** No frames at all. */
    Frames NONE =
            new Frames() {
                @Override
                public boolean next() {
                    return false;
                }

                @Override
                public byte[] bytes() {
                    throw new IllegalStateException("there is no frame");
                }

                @Override
                public int length() {
                    return 0;
                }

                @Override
                public void close() {}
            };

    /**
     * Goes to the next frame, which is decompressed and checked; false at the end.
     *
     * @throws DamagedFrameException if it is not as it was written
     */
    boolean next() throws IOException;

    /** An array with the frame in it, to be read only. A frame stays as it is; the next one is in another array. */
    byte[] bytes();

    /** Where in the array it begins. Most frames have an array of their own. */
    default int offset() {
        return 0;
    }

    default int length() {
        return bytes().length;
    }

    @Override
    void close();
}
