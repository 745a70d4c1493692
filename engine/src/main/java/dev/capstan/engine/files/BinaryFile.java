package dev.capstan.engine.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Objects;

/**
 * A file of any content, which is opened when it is asked for. It may travel between executors: it is a path and a
 * size.
 *
 * <pre>{@code
 * context.binaryFiles("images").mapValues(file -> {
 *     try (InputStream in = file.open()) {
 *         return ImageIO.read(in).getWidth();
 *     }
 * });
 * }</pre>
 *
 * @param path absolute
 * @param size in bytes, when the dataset was made
 */
public record BinaryFile(String path, long size) implements Serializable {
    public BinaryFile {
        Objects.requireNonNull(path, "path");
    }

    /** The bytes of the file as they are, from the first one; the caller closes it. */
    public InputStream open() {
        return InputFile.open(whole());
    }

    /** All bytes of the file as they are. */
    public byte[] bytes() {
        if (size > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException(
                    "the file " + path + " has " + size + " bytes, too many for one array; read it by open()");
        }
        try (InputStream in = open()) {
            byte[] bytes = in.readNBytes((int) size);
            if (bytes.length < size) {
                throw FileErrors.shrunk(whole(), bytes.length);
            }
            return bytes;
        } catch (IOException e) {
            throw FileErrors.unreadable(path, e);
        }
    }

    private FileSplit whole() {
        return new FileSplit(path, 0, size, size);
    }
}
