package dev.capstan.kernel.serialization;

import java.io.OutputStream;
import java.util.Arrays;

/** Bytes in memory that grow at the end. */
public final class ByteOutput extends OutputStream {
    /** The largest array that every JVM can make. */
    private static final int MOST = Integer.MAX_VALUE - 8;

    private byte[] bytes;
    private int size;

    public ByteOutput() {
        this(64);
    }

    public ByteOutput(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    public int size() {
        return size;
    }

    /** How many bytes of memory it takes, which are more than were written. */
    public int capacity() {
        return bytes.length;
    }

    /** Copies all that was written to another array. */
    public void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, size);
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    /** Takes back everything behind this position. */
    public void truncate(int position) {
        size = Math.min(size, position);
    }

    @Override
    public void write(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        room(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    @Override
    public void write(byte[] source) {
        write(source, 0, source.length);
    }

    /** A number in 1 to 5 bytes, small ones in fewer; negative ones take 5. */
    public void writeVarInt(int value) {
        room(5);
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** A number in 1 to 10 bytes, small ones in fewer; negative ones take 10. */
    public void writeVarLong(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    public void writeLong(long value) {
        room(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    /**
     * Makes room for so many bytes, to be filled by the caller through {@link #buffer()}, and counts them as written.
     */
    int reserve(int length) {
        room(length);
        int start = size;
        size += length;
        return start;
    }

    byte[] buffer() {
        return bytes;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            grow(more);
        }
    }

    private void grow(int more) {
        long wanted = (long) size + more;
        if (wanted > MOST) {
            throw new SerializationException(
                    "more than 2 GB of serialized data in one piece: use more partitions", null);
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(MOST, Math.max(wanted, 2L * bytes.length)));
    }

    /** Does nothing: the bytes stay. */
    @Override
    public void close() {}
}
