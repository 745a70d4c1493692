package dev.capstan.ha;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The layout of a term's file: what it is, how many records it began with, and then each record behind its length, with
 * a checksum of each. What was being written when the machine went down is the end of the file, and is left out;
 * anything else that does not fit its checksum is damage.
 */
final class TermFile {
    private static final long MAGIC = 0x4341505354414E01L; // CAPSTAN, and the version of the layout
    private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;
    private static final int FRAME_BYTES = 3 * Integer.BYTES;

    private TermFile() {}

    /**
     * What a file holds.
     *
     * @param begun whether the records that the term found are in it
     */
    record Content(boolean begun, List<byte[]> records) {}

    /** Writes a file from its start, durably. */
    static void begin(FileChannel channel, List<byte[]> records) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putLong(MAGIC).putInt(records.size()).flip();
        write(channel, header);
        append(channel, records);
    }

    /** Writes records at the end, durably. */
    static void append(FileChannel channel, List<byte[]> records) throws IOException {
        int bytes = records.stream().mapToInt(record -> FRAME_BYTES + record.length).sum();
        ByteBuffer frames = ByteBuffer.allocate(bytes);
        for (byte[] record : records) {
            frames.putInt(record.length).putInt(checksum(record.length)).putInt(checksum(record)).put(record);
        }
        write(channel, frames.flip());
        channel.force(true);
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    static Content read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        if (!bytes.hasRemaining()) {
            return new Content(false, List.of());
        }
        if (bytes.remaining() < HEADER_BYTES || bytes.getLong() != MAGIC) {
            throw new DamagedStoreException(file + " is not the file of a term, or of another version");
        }
        int first = bytes.getInt();
        List<byte[]> records = new ArrayList<>();
        while (bytes.remaining() >= FRAME_BYTES) {
            int start = bytes.position();
            int length = bytes.getInt();
            boolean isLength = checksum(length) == bytes.getInt();
            int checksum = bytes.getInt();
            if (isLength && length > bytes.remaining()) {
                break; // the last write was not finished
            }
            byte[] record = new byte[isLength ? length : 0];
            bytes.get(record);
            if (!isLength || checksum(record) != checksum) {
                requireUnfinished(file, bytes, start);
                break;
            }
            records.add(record);
        }
        if (records.size() < first) {
            throw new DamagedStoreException(
                    file + " began with " + first + " records, but only " + records.size() + " can be read");
        }
        return new Content(true, records);
    }

    /** Blocks that a crash kept from the disk are zeros, or they are the end of the file. */
    private static void requireUnfinished(Path file, ByteBuffer bytes, int start) throws DamagedStoreException {
        while (bytes.hasRemaining()) {
            if (bytes.get() != 0) {
                throw new DamagedStoreException(
                        file + " is damaged at byte " + start + ": what is there does not fit its checksum");
            }
        }
    }

    private static int checksum(int length) {
        return checksum(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
    }

    private static int checksum(byte[] bytes) {
        var checksum = new CRC32C();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }
}
