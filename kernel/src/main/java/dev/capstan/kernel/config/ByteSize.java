package dev.capstan.kernel.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of bytes, written like {@code 64k}, {@code 1.5g} or {@code 512 MiB}; units are powers of 1024. */
public record ByteSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([kmgtp]?)(?:i?b)?");
    private static final String UNITS = "kmgtp";
    private static final String[] NAMES = {"KiB", "MiB", "GiB", "TiB", "PiB"};

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size cannot be negative: " + bytes);
        }
    }

    /**
     * @throws IllegalArgumentException saying what a size looks like
     */
    public static ByteSize parse(String text) {
        Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a size; write a number and a unit, like 64k, 512m or 1g");
        }
        String unit = matcher.group(2);
        double factor = unit.isEmpty() ? 1 : Math.pow(1024, UNITS.indexOf(unit) + 1.0);
        double bytes = Double.parseDouble(matcher.group(1)) * factor;
        if (bytes >= 0x1p63) {
            throw new IllegalArgumentException("'" + text + "' is more than can be counted");
        }
        return new ByteSize(Math.round(bytes));
    }

    /** With the largest unit that keeps it whole, or two digits. */
    @Override
    public String toString() {
        double value = bytes;
        int unit = -1;
        while (value >= 1024 && unit < NAMES.length - 1) {
            value /= 1024;
            unit++;
        }
        if (unit < 0) {
            return bytes + " B";
        }
        return (value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%.2f", value))
                + " "
                + NAMES[unit];
    }
}
