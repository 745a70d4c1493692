package dev.capstan.testing;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/** A seed under which something that must hold did not. */
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1L;
    private static final int LINES = 40;

    private final long seed;
    private final transient List<String> flight;

    SimulationFailure(long seed, long nowNanos, String what, List<String> flight, @Nullable Throwable cause) {
        super(
                "seed "
                        + seed
                        + " at "
                        + Duration.ofNanos(nowNanos)
                        + ": "
                        + what
                        + "\nthe last messages and effects:\n  "
                        + String.join("\n  ", flight.subList(Math.max(0, flight.size() - LINES), flight.size())),
                cause);
        this.seed = seed;
        this.flight = List.copyOf(flight);
    }

    /** A failure that was found outside the run. */
    public static SimulationFailure of(long seed, String what) {
        return new SimulationFailure(seed, 0, what, List.of(), null);
    }

    /** The last few thousand messages and effects, oldest first. */
    public List<String> flight() {
        return flight;
    }

    public long seed() {
        return seed;
    }
}
