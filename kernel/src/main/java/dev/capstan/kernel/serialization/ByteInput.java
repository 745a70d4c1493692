package dev.capstan.kernel.serialization;

import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes in memory, read from the front. */
public final class ByteInput extends InputStream {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN).withInvokeExactBehavior();

    private final byte[] bytes;
    private final int end;
    private int position;

    public ByteInput(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public ByteInput(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.position = offset;
        this.end = offset + length;
    }

    public boolean hasRemaining() {
        return position < end;
    }

    @Override
    public int available() {
        return end - position;
    }

    @Override
    public int read() {
        return position < end ? bytes[position++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        int count = Math.min(length, end - position);
        if (count <= 0) {
            return -1;
        }
        System.arraycopy(bytes, position, target, offset, count);
        position += count;
        return count;
    }

    /** The next byte; fails at the end. */
    public byte next() {
        need(1);
        return bytes[position++];
    }

    public int readVarInt() {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            byte next = next();
            value |= (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new SerializationException("the bytes are damaged: a number does not end", null);
    }

    public long readVarLong() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            byte next = next();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new SerializationException("the bytes are damaged: a number does not end", null);
    }

    /** What {@link ByteOutput#writeSigned} wrote. */
    int readSigned() {
        int value = readVarInt();
        return value >>> 1 ^ -(value & 1);
    }

    /** What {@link ByteOutput#writeSignedLong} wrote. */
    long readSignedLong() {
        long value = readVarLong();
        return value >>> 1 ^ -(value & 1);
    }

    public long readLong() {
        need(Long.BYTES);
        long value = (long) LONGS.get(bytes, position);
        position += Long.BYTES;
        return value;
    }

    double[] readDoubles(int length) {
        int at = take(Math.multiplyExact(Double.BYTES, length));
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = Double.longBitsToDouble((long) LONGS.get(bytes, at + i * Double.BYTES));
        }
        return values;
    }

    /** The first 8 of the next bytes, filled up with zeros, as an unsigned number; passes over all of them. */
    long latinPrefix(int length) {
        int at = take(length);
        if (length >= Long.BYTES) {
            return (long) LONGS.get(bytes, at);
        }
        long prefix = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            prefix = prefix << Byte.SIZE | (i < length ? bytes[at + i] & 0xFF : 0);
        }
        return prefix;
    }

    void skipVarLong() {
        while (next() < 0) {}
    }

    /** Where the next byte is. */
    public int position() {
        return position;
    }

    /** Goes to any position that was passed, or lies ahead. */
    public void position(int newPosition) {
        if (newPosition < 0 || newPosition > end) {
            throw new IndexOutOfBoundsException("position " + newPosition + " of " + end);
        }
        position = newPosition;
    }

    /** The next byte, which stays the next; fails at the end. */
    byte peek() {
        need(1);
        return bytes[position];
    }

    /** A copy of the next bytes. */
    public byte[] readBytes(int length) {
        int start = take(length);
        return Arrays.copyOfRange(bytes, start, start + length);
    }

    /** Passes over so many bytes, which the caller reads through {@link #buffer()}, and says where they begin. */
    int take(int length) {
        need(length);
        int start = position;
        position += length;
        return start;
    }

    byte[] buffer() {
        return bytes;
    }

    private void need(int count) {
        if (count < 0 || end - position < count) {
            throw new SerializationException("the bytes end too early: they are damaged or of another format", null);
        }
    }
}
