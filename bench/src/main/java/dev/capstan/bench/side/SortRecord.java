package dev.capstan.bench.side;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Records to sort: a key of 10 letters, and 90 bytes that do not compress. */
public final class SortRecord {
    private static final int KEY_LENGTH = 10;
    private static final int VALUE_LENGTH = 90;
    private static final int BITS_PER_LETTER = 5;

    private SortRecord() {}

    /** The key of the record of this number. */
    public static String key(long number) {
        long bits = new SplittableRandom(number).nextLong();
        byte[] letters = new byte[KEY_LENGTH];
        for (int i = 0; i < KEY_LENGTH; i++) {
            letters[i] = (byte) ('A' + (bits & (1 << BITS_PER_LETTER) - 1));
            bits >>>= BITS_PER_LETTER;
        }
        return new String(letters, StandardCharsets.ISO_8859_1);
    }

    /** The value of the record of this number. */
    public static byte[] value(long number) {
        var random = new SplittableRandom(~number);
        byte[] value = new byte[VALUE_LENGTH];
        ByteBuffer buffer = ByteBuffer.wrap(value);
        while (buffer.remaining() >= Long.BYTES) {
            buffer.putLong(random.nextLong());
        }
        while (buffer.hasRemaining()) {
            buffer.put((byte) random.nextInt());
        }
        return value;
    }
}
