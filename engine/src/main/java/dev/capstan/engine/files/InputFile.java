package dev.capstan.engine.files;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Opens files of a dataset, and refuses those that have lost something since the dataset was made. */
final class InputFile {
    private InputFile() {}

    /** The bytes from the start of the split to the end of the file. */
    static InputStream open(FileSplit split) {
        try {
            FileChannel file = FileChannel.open(Path.of(split.path()), StandardOpenOption.READ);
            try {
                long length = file.size();
                if (length < split.fileLength()) {
                    throw FileErrors.shrunk(split, length);
                }
                return Channels.newInputStream(file.position(split.start()));
            } catch (IOException | RuntimeException e) {
                file.close();
                throw e;
            }
        } catch (IOException e) {
            throw FileErrors.unreadable(split.path(), e);
        }
    }

    /** The whole file, decompressed if its name says so. */
    static InputStream openDecompressed(FileSplit split) {
        InputStream raw = open(split);
        Compression compression = Compression.of(split.path());
        try {
            if (compression != Compression.NONE && split.fileLength() == 0) {
                throw new EOFException(); // zstd would take it for no text
            }
            return compression.decompress(raw);
        } catch (IOException e) {
            FileErrors.closeAfter(raw, e);
            throw unreadable(split, 0, e);
        }
    }

    /**
     * What went wrong while a split was read.
     *
     * @param position how many bytes were read before, after they were decompressed
     */
    static RuntimeException unreadable(FileSplit split, long position, IOException cause) {
        Compression compression = Compression.of(split.path());
        return compression == Compression.NONE
                ? FileErrors.unreadable(split.path(), cause)
                : FileErrors.damaged(
                        split.path(), compression.label(), "after " + position + " bytes of content", cause);
    }
}
