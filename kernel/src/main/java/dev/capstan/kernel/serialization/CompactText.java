package dev.capstan.kernel.serialization;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** How strings are written and read: a byte for each letter of Latin-1, or two bytes for each letter of any. */
final class CompactText {
    /** Shorter strings are copied letter by letter. */
    private static final int SHORT_TEXT = 12;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN).withInvokeExactBehavior();
    private static final long LOWEST_BITS = 0x0101_0101_0101_0101L;
    private static final long HIGHEST_BITS = 0x8080_8080_8080_8080L;
    private static final long QUESTION_MARKS = '?' * LOWEST_BITS;

    private CompactText() {}

    static void put(String text, ByteOutput out) {
        int length = text.length();
        if (length > SHORT_TEXT) {
            putLong(text, out);
            return;
        }
        int start = out.size();
        header(CompactTag.LATIN, length, out);
        int at = out.reserve(length);
        byte[] buffer = out.buffer();
        for (int i = 0; i < length; i++) {
            char letter = text.charAt(i);
            if (letter > 0xFF) {
                out.truncate(start);
                putWide(text, out);
                return;
            }
            buffer[at + i] = (byte) letter;
        }
    }

    /** The JDK copies what is ASCII, and then the lengths are equal, faster than any loop could. */
    private static void putLong(String text, ByteOutput out) {
        byte[] ascii = text.getBytes(StandardCharsets.UTF_8);
        if (ascii.length == text.length() && standsFor(text, ascii)) {
            header(CompactTag.LATIN, ascii.length, out);
            out.write(ascii);
        } else if (text.chars().allMatch(letter -> letter <= 0xFF)) {
            byte[] latin = text.getBytes(StandardCharsets.ISO_8859_1);
            header(CompactTag.LATIN, latin.length, out);
            out.write(latin);
        } else {
            putWide(text, out);
        }
    }

    /** Whether no question mark is there in place of a surrogate that stands alone. */
    private static boolean standsFor(String text, byte[] ascii) {
        return !hasQuestionMark(ascii) || text.equals(new String(ascii, StandardCharsets.ISO_8859_1));
    }

    private static boolean hasQuestionMark(byte[] ascii) {
        int at = 0;
        for (; at + Long.BYTES <= ascii.length; at += Long.BYTES) {
            long zeroWhereFound = (long) LONGS.get(ascii, at) ^ QUESTION_MARKS;
            if ((zeroWhereFound - LOWEST_BITS & ~zeroWhereFound & HIGHEST_BITS) != 0) {
                return true;
            }
        }
        for (; at < ascii.length; at++) {
            if (ascii[at] == '?') {
                return true;
            }
        }
        return false;
    }

    /** Not as UTF-8, which would lose surrogates that stand alone. */
    private static void putWide(String text, ByteOutput out) {
        int length = text.length();
        header(CompactTag.UTF16, length, out);
        int at = out.reserve(Math.multiplyExact(2, length));
        byte[] buffer = out.buffer();
        for (int i = 0; i < length; i++) {
            char letter = text.charAt(i);
            buffer[at + 2 * i] = (byte) (letter >> 8);
            buffer[at + 2 * i + 1] = (byte) letter;
        }
    }

    private static void header(byte tag, int length, ByteOutput out) {
        out.write(tag);
        out.writeVarInt(length);
    }

    static String latin(ByteInput in, int length) {
        return new String(in.buffer(), in.take(length), length, StandardCharsets.ISO_8859_1);
    }

    static String wide(ByteInput in, int length) {
        char[] letters = new char[length];
        int at = in.take(2 * length);
        byte[] buffer = in.buffer();
        for (int i = 0; i < length; i++) {
            letters[i] = (char) (buffer[at + 2 * i] << 8 | (buffer[at + 2 * i + 1] & 0xFF));
        }
        return new String(letters);
    }

    /** The {@link SortPrefix}: a letter beyond Latin-1 counts as the last one, and all that follows it does too. */
    static long widePrefix(ByteInput in, int length) {
        long prefix = 0;
        int at = in.take(2 * length);
        byte[] buffer = in.buffer();
        boolean beyond = false;
        for (int i = 0; i < Long.BYTES; i++) {
            beyond = beyond || (i < length && buffer[at + 2 * i] != 0);
            int letter = beyond ? 0xFF : i < length ? buffer[at + 2 * i + 1] & 0xFF : 0;
            prefix = prefix << Byte.SIZE | letter;
        }
        return prefix;
    }
}
