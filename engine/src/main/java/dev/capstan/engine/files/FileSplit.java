package dev.capstan.engine.files;

import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.ByteOutput;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A file, or the part of it that one task reads.
 *
 * @param start its first byte
 * @param end behind its last byte; the length of the file if it is read as a whole
 * @param fileLength how long the file was when the dataset was made
 */
record FileSplit(String path, long start, long end, long fileLength) {
    FileSplit {
        Objects.requireNonNull(path, "path");
        if (start < 0 || end < start || fileLength < end) {
            throw new IllegalArgumentException(
                    "a split of " + fileLength + " bytes cannot reach from " + start + " to " + end);
        }
    }

    static FileSplit whole(FoundFile file) {
        return new FileSplit(file.path(), 0, file.length(), file.length());
    }

    long length() {
        return end - start;
    }

    void writeTo(ByteOutput bytes) {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        bytes.writeVarInt(name.length);
        bytes.write(name);
        bytes.writeVarLong(start);
        bytes.writeVarLong(end);
        bytes.writeVarLong(fileLength);
    }

    static FileSplit readFrom(ByteInput bytes) {
        String path = new String(bytes.readBytes(bytes.readVarInt()), StandardCharsets.UTF_8);
        return new FileSplit(path, bytes.readVarLong(), bytes.readVarLong(), bytes.readVarLong());
    }
}
