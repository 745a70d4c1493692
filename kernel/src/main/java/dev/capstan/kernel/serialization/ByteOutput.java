package dev.capstan.kernel.serialization;

import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes in memory that grow at the end. */
public final class ByteOutput extends OutputStream {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN).withInvokeExactBehavior();

    /** The largest array that every JVM can make. */
    private static final int MOST = Integer.MAX_VALUE - 8;

    private final int most;
    private byte[] bytes;
    private int size;
    private boolean refused;

    public ByteOutput() {
        this(64);
    }

    public ByteOutput(int capacity) {
        this(capacity, MOST);
    }

    /**
     * @param most it takes no more bytes than these, and says so by {@link #refused}
     */
    ByteOutput(int capacity, int most) {
        this.bytes = new byte[Math.max(16, capacity)];
        this.most = most;
    }

    /** Whether something did not fit any more. */
    boolean refused() {
        return refused;
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

    /** A number in 1 to 5 bytes, those near to zero in fewer. */
    void writeSigned(int value) {
        writeVarInt(value << 1 ^ value >> 31);
    }

    /** A number in 1 to 10 bytes, those near to zero in fewer. */
    void writeSignedLong(long value) {
        writeVarLong(value << 1 ^ value >> 63);
    }

    public void writeLong(long value) {
        room(Long.BYTES);
        LONGS.set(bytes, size, value);
        size += Long.BYTES;
    }

    /** A byte and then a number as {@link #writeVarInt} writes it. */
    void writeTagged(byte tag, int value) {
        room(6);
        bytes[size++] = tag;
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** Each in 8 bytes, as {@link #writeLong} would write its bits. */
    void writeDoubles(double[] values) {
        room(Math.multiplyExact(Double.BYTES, values.length));
        for (double value : values) {
            LONGS.set(bytes, size, Double.doubleToRawLongBits(value));
            size += Double.BYTES;
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

    /** The bytes themselves; as far as {@link #size()} they are written. Another array after the next write. */
    public byte[] buffer() {
        return bytes;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            grow(more);
        }
    }

    private void grow(int more) {
        long wanted = (long) size + more;
        if (wanted > most) {
            refused = true;
            throw new SerializationException(
                    "more than 2 GB of serialized data in one piece: use more partitions", null);
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(most, Math.max(wanted, 2L * bytes.length)));
    }

    /** Does nothing: the bytes stay. */
    @Override
    public void close() {}
}
