package dev.capstan.kernel.serialization;

import dev.capstan.kernel.serialization.SeekableReader.PrefixKind;

import org.jspecify.annotations.Nullable;

/** Eight bytes of a value that tell its place in the natural order, as an unsigned number. */
public final class SortPrefix {
    private SortPrefix() {}

    /** What kind of prefix a value has. */
    public static PrefixKind kindOf(@Nullable Object value) {
        return switch (value) {
            case String _ -> PrefixKind.TEXT;
            case Integer _ -> PrefixKind.INTEGER;
            case Long _ -> PrefixKind.LONG;
            case Double _ -> PrefixKind.DOUBLE;
            case null, default -> PrefixKind.NONE;
        };
    }

    /** The prefix of a value that has one, the same as {@link SeekableReader#sortPrefix} gives for its bytes. */
    public static long of(Object value) {
        return switch (value) {
            case String text -> text(text);
            case Integer number -> number ^ Long.MIN_VALUE;
            case Long number -> number ^ Long.MIN_VALUE;
            case Double number -> number(number);
            default -> throw new IllegalArgumentException("a " + value.getClass().getName() + " has no prefix");
        };
    }

    /** A letter beyond Latin-1 counts as the last one, and all that follows it does too. */
    private static long text(String text) {
        int length = Math.min(Long.BYTES, text.length());
        long prefix = 0;
        for (int i = 0; i < length; i++) {
            char letter = text.charAt(i);
            if (letter > 0xFF) {
                int rest = (Long.BYTES - i) * Byte.SIZE;
                return rest == Long.SIZE ? -1L : prefix << rest | (1L << rest) - 1;
            }
            prefix = prefix << Byte.SIZE | letter;
        }
        int missing = (Long.BYTES - length) * Byte.SIZE;
        return missing == Long.SIZE ? 0 : prefix << missing;
    }

    /** As unsigned numbers they are ordered as {@link Double#compareTo} orders them. */
    static long number(double number) {
        long bits = Double.doubleToLongBits(number);
        return bits ^ (bits >> 63 | Long.MIN_VALUE);
    }
}
