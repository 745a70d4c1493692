package dev.capstan.kernel.serialization;

import java.nio.ByteBuffer;

/** The elements of arrays of primitives: integers short if they are small, the others in their full width. */
final class CompactArrays {
    private CompactArrays() {}

    static void put(int[] array, ByteOutput out) {
        for (int number : array) {
            out.writeSigned(number);
        }
    }

    static int[] ints(ByteInput in, int length) {
        int[] array = new int[length];
        for (int i = 0; i < length; i++) {
            array[i] = in.readSigned();
        }
        return array;
    }

    static void put(long[] array, ByteOutput out) {
        for (long number : array) {
            out.writeSignedLong(number);
        }
    }

    static long[] longs(ByteInput in, int length) {
        long[] array = new long[length];
        for (int i = 0; i < length; i++) {
            array[i] = in.readSignedLong();
        }
        return array;
    }

    static void put(float[] array, ByteOutput out) {
        reserve(Float.BYTES, array.length, out).asFloatBuffer().put(array);
    }

    static float[] floats(ByteInput in, int length) {
        float[] array = new float[length];
        take(Float.BYTES, length, in).asFloatBuffer().get(array);
        return array;
    }

    static void put(short[] array, ByteOutput out) {
        reserve(Short.BYTES, array.length, out).asShortBuffer().put(array);
    }

    static short[] shorts(ByteInput in, int length) {
        short[] array = new short[length];
        take(Short.BYTES, length, in).asShortBuffer().get(array);
        return array;
    }

    static void put(char[] array, ByteOutput out) {
        reserve(Character.BYTES, array.length, out).asCharBuffer().put(array);
    }

    static char[] chars(ByteInput in, int length) {
        char[] array = new char[length];
        take(Character.BYTES, length, in).asCharBuffer().get(array);
        return array;
    }

    static void put(boolean[] array, ByteOutput out) {
        int at = out.reserve(array.length);
        byte[] buffer = out.buffer();
        for (int i = 0; i < array.length; i++) {
            buffer[at + i] = (byte) (array[i] ? 1 : 0);
        }
    }

    static boolean[] booleans(ByteInput in, int length) {
        boolean[] array = new boolean[length];
        int at = in.take(length);
        for (int i = 0; i < length; i++) {
            array[i] = in.buffer()[at + i] != 0;
        }
        return array;
    }

    private static ByteBuffer reserve(int width, int length, ByteOutput out) {
        int bytes = Math.multiplyExact(width, length);
        int at = out.reserve(bytes);
        return ByteBuffer.wrap(out.buffer(), at, bytes);
    }

    private static ByteBuffer take(int width, int length, ByteInput in) {
        int bytes = Math.multiplyExact(width, length);
        return ByteBuffer.wrap(in.buffer(), in.take(bytes), bytes);
    }
}
