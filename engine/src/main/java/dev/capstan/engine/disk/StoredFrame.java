package dev.capstan.engine.disk;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * A frame as it lies on disk or goes over a wire: compressed, with a checksum.
 *
 * @param rawLength of what it decompresses to
 * @param checksum CRC-32C of the compressed bytes and of the two fields that tell how to decompress them
 */
public record StoredFrame(Codec codec, int rawLength, int checksum, byte[] bytes) {
    public static StoredFrame of(Codec codec, byte[] raw, int offset, int length) {
        byte[] target = new byte[codec.mostBytes(length)];
        int size = codec.compress(raw, offset, length, target);
        byte[] bytes = size == target.length ? target : Arrays.copyOf(target, size);
        return new StoredFrame(codec, length, checksum(codec, length, bytes, 0, size), bytes);
    }

    /** Of compressed bytes, wherever they lie. */
    public static int checksum(Codec codec, int rawLength, byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(codec.ordinal());
        for (int shift = 24; shift >= 0; shift -= 8) {
            crc.update(rawLength >>> shift);
        }
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    public boolean intact() {
        return checksum(codec, rawLength, bytes, 0, bytes.length) == checksum;
    }

    /**
     * What was written.
     *
     * @param where it comes from, for the message if it is damaged
     */
    public byte[] decompressed(String where) throws DamagedFrameException {
        if (!intact()) {
            throw new DamagedFrameException("damaged frame: " + where + ": its checksum does not match");
        }
        byte[] raw = new byte[rawLength];
        try {
            codec.decompress(bytes, 0, bytes.length, raw, 0, rawLength);
        } catch (IOException e) {
            throw new DamagedFrameException("damaged frame: " + where + ": " + e.getMessage());
        }
        return raw;
    }

    /** Writes it with its head. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(new FrameHead(bytes.length, rawLength, codec, checksum).toBytes());
        out.write(bytes);
    }

    /**
     * Reads what {@link #writeTo} wrote, behind the size that it begins with: a mark may stand there instead.
     *
     * @param where it comes from, for the message if it is damaged
     */
    public static StoredFrame read(int size, DataInputStream in, Supplier<String> where) throws IOException {
        FrameHead head = FrameHead.of(size, in.readInt(), in.readUnsignedByte(), in.readInt(), where);
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new EOFException("the stream ends within a frame");
        }
        return new StoredFrame(head.codec(), head.rawLength(), head.checksum(), bytes);
    }

    @Override
    public String toString() {
        return "StoredFrame[" + codec + ", " + bytes.length + " bytes of " + rawLength + "]";
    }
}
