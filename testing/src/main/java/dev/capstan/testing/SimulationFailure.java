package dev.capstan.testing;

import java.time.Duration;
import java.util.List;

/** A seed under which something that must hold did not. */
public final class SimulationFailure extends AssertionError {
    private static final long serialVersionUID = 1L;
    private static final int LINES = 40;

    private final long seed;
    private final transient List<String> flight;

    SimulationFailure(long seed, long nowNanos, String what, List<String> flight, Throwable cause) {
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

    /** The last few thousand messages and effects, oldest first. */
    public List<String> flight() {
        return flight;
    }

    public long seed() {
        return seed;
    }
}
