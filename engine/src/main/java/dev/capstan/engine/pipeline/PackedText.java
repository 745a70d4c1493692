package dev.capstan.engine.pipeline;

import java.nio.charset.StandardCharsets;

/**
 * A text of up to {@value #MOST} Latin-1 characters as two longs: its first eight characters, and the others with the
 * length in the lowest byte; in each the last character is the lowest. Two such texts are equal if their longs are.
 *
 * <p>Packing is in {@link CompactCombiner}, which needs both longs at once and makes no object for them.
 */
final class PackedText {
    /** How many characters of a text are in its first long. */
    static final int IN_FIRST = Long.BYTES;

    static final int MOST = 2 * Long.BYTES - 1;

    /** The bits of a character that is not Latin-1. */
    static final int NOT_LATIN = ~0xFF;

    private static final int LENGTH = 0xFF;

    private PackedText() {}

    static String text(long first, long second) {
        byte[] characters = new byte[(int) second & LENGTH];
        for (int i = 0; i < characters.length; i++) {
            characters[i] = (byte) character(first, second, i);
        }
        return new String(characters, StandardCharsets.ISO_8859_1);
    }

    /** The hash code of the text, as the text itself would tell it. */
    static int hashCode(long first, long second) {
        int length = (int) second & LENGTH;
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + character(first, second, i);
        }
        return hash;
    }

    private static int character(long first, long second, int index) {
        int length = (int) second & LENGTH;
        long shifted =
                index < IN_FIRST
                        ? first >>> Byte.SIZE * (Math.min(length, IN_FIRST) - 1 - index)
                        : second >>> Byte.SIZE * (length - index);
        return (int) shifted & 0xFF;
    }
}
