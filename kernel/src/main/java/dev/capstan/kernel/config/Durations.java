package dev.capstan.kernel.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 250ms}, {@code 10s}, {@code 1.5h}. */
public final class Durations {
    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([a-z]+)");
    private static final Map<String, Double> NANOS =
            Map.ofEntries(
                    Map.entry("ns", 1.0),
                    Map.entry("us", 1e3),
                    Map.entry("ms", 1e6),
                    Map.entry("s", 1e9),
                    Map.entry("m", 60e9),
                    Map.entry("min", 60e9),
                    Map.entry("h", 3600e9),
                    Map.entry("d", 86400e9));

    private Durations() {}

    /**
     * @throws IllegalArgumentException saying what a duration looks like
     */
    public static Duration parse(String text) {
        String plain = text.strip().toLowerCase(Locale.ROOT);
        if (plain.equals("0")) {
            return Duration.ZERO;
        }
        Matcher matcher = FORM.matcher(plain);
        Double unit = matcher.matches() ? NANOS.get(matcher.group(2)) : null;
        if (unit == null) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' is not a duration; write a number and a unit (ns, us, ms, s, m, h, d), like 250ms or"
                            + " 10s");
        }
        double nanos = Double.parseDouble(matcher.group(1)) * unit;
        if (nanos >= 0x1p63) {
            throw new IllegalArgumentException("'" + text + "' is longer than can be counted");
        }
        return Duration.ofNanos(Math.round(nanos));
    }
}
