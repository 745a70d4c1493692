package dev.capstan.bench.side;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Bytes that say which number they were made of and do not compress, so that none can be lost or changed unseen. */
public final class Payload {
    /** Of most of them. */
    public static final int LENGTH = 92;

    private Payload() {}

    public static byte[] of(long number) {
        return of(number, LENGTH);
    }

    /**
     * @param length a multiple of 4 from 12
     */
    public static byte[] of(long number, int length) {
        var random = new SplittableRandom(number);
        ByteBuffer buffer = ByteBuffer.allocate(length).putLong(number);
        while (buffer.hasRemaining()) {
            buffer.putInt(random.nextInt());
        }
        return buffer.array();
    }

    /** The number that it was made of, having looked whether the rest is as it was. */
    public static long number(byte[] payload) {
        ByteBuffer buffer = ByteBuffer.wrap(payload);
        long number = buffer.getLong();
        var random = new SplittableRandom(number);
        while (buffer.hasRemaining()) {
            if (buffer.getInt() != random.nextInt()) {
                throw new IllegalStateException("wrong result: the payload of " + number + " was changed");
            }
        }
        return number;
    }
}
