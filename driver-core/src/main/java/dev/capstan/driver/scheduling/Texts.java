package dev.capstan.driver.scheduling;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
final class Texts {
    private Texts() {}

    /**
     * The same to one or two units: {@code 250 ms}, {@code 3.5 s}, {@code 12 s}, {@code 4 min 10 s}, {@code 1 h 2 min}.
     */
    static String duration(long nanos) {
        Duration duration = Duration.ofNanos(Math.max(0, nanos));
        long seconds = duration.toSeconds();
        if (seconds == 0) {
            return duration.toMillis() + " ms";
        }
        if (seconds < 10) {
            long tenths = duration.toMillis() / 100;
            return tenths % 10 == 0 ? seconds + " s" : String.format(Locale.ROOT, "%d.%d s", seconds, tenths % 10);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return two(seconds / 60, "min", seconds % 60, "s");
        }
        return two(seconds / 3600, "h", seconds % 3600 / 60, "min");
    }

    static String count(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }

    private static String two(long large, String largeUnit, long small, String smallUnit) {
        return small == 0 ? large + " " + largeUnit : large + " " + largeUnit + " " + small + " " + smallUnit;
    }
}
