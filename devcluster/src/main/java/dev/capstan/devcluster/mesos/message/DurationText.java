package dev.capstan.devcluster.mesos.message;

import java.time.Duration;

/** Durations as Mesos writes them. */
public final class DurationText {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long SECONDS_PER_MINUTE = 60;

    private DurationText() {}

    /** In the largest unit that leaves no rest. */
    public static String of(Duration duration) {
        long nanos = duration.toNanos();
        if (nanos % NANOS_PER_MILLI != 0) {
            return nanos + "ns";
        }
        if (nanos % NANOS_PER_SECOND != 0) {
            return nanos / NANOS_PER_MILLI + "ms";
        }
        long seconds = duration.toSeconds();
        return seconds % SECONDS_PER_MINUTE == 0 && seconds > 0
                ? seconds / SECONDS_PER_MINUTE + "mins"
                : seconds + "secs";
    }
}
