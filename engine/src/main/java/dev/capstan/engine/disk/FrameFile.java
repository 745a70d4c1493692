package dev.capstan.engine.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** A file of its own with nothing but a head and frames in it; a {@link Segment} of all behind the head reads it. */
public final class FrameFile {
    private FrameFile() {}

    /** Writes the frames. */
    @FunctionalInterface
    public interface Content {
        void write(FrameOutput out) throws IOException;
    }

    /** Writes the file anew; when this returns, its bytes are on the disk. */
    public static void write(Path path, byte[] head, Codec codec, Content content) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(0);
            file.write(head);
            try (FrameOutput out = new FrameOutput(file, codec, head.length)) {
                content.write(out);
                out.flush();
            }
            file.getFD().sync();
        }
    }
}
