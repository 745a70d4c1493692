package dev.capstan.kernel.actor;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The last few hundred messages and effects of a loop, dumped when an actor fails or the loop stalls. Written by the
 * loop's thread only; a dump from another thread (of a stalled loop) may miss or mix the newest lines.
 *
 * <p>It keeps objects, not words, so as to cost the loop next to nothing; {@link Message#trace} sees to it that they
 * are small.
 */
public final class FlightRecorder {
    private final int mask;
    private final long[] times;
    private final @Nullable Address[] actors;
    private final @Nullable Object[] traces;
    private long next;

    /**
     * @param capacity how many are kept, rounded up to a power of two
     */
    public FlightRecorder(int capacity) {
        int size = Integer.highestOneBit(Math.max(2, capacity) - 1) << 1;
        mask = size - 1;
        times = new long[size];
        actors = new @Nullable Address[size];
        traces = new @Nullable Object[size];
    }

    public void message(long nowNanos, Address actor, Message message) {
        record(nowNanos, actor, message.trace());
    }

    public void effect(long nowNanos, Address actor, Effect effect) {
        record(nowNanos, actor, trace(effect));
    }

    private static Object trace(Effect effect) {
        return switch (effect) {
            case Effect.Send(var to, var message) -> new Sent(to, message.trace());
            case Effect.Arm(var timer, var after, var message) -> new Armed(timer, after, message.trace());
            case Effect.Perform(var operation) -> new Performed(operation.trace());
            case Effect.Persist _, Effect.Disarm _ -> effect;
        };
    }

    /** The recorded lines, oldest first. */
    public List<String> dump() {
        List<String> lines = new ArrayList<>();
        long end = next;
        for (long i = Math.max(0, end - traces.length); i < end; i++) {
            int slot = (int) i & mask;
            lines.add(times[slot] + " " + actors[slot] + " " + words(traces[slot]));
        }
        return lines;
    }

    private void record(long nowNanos, Address actor, Object trace) {
        int slot = (int) next & mask;
        times[slot] = nowNanos;
        actors[slot] = actor;
        traces[slot] = trace;
        next++;
    }

    /** A dump is made when something is wrong already; a message that cannot be told must not add to it. */
    private static String words(@Nullable Object trace) {
        try {
            return clip(String.valueOf(trace));
        } catch (RuntimeException | StackOverflowError e) {
            return "(a message that cannot be told: " + e.getClass().getName() + ")";
        }
    }

    private static String clip(String line) {
        return line.length() <= 400 ? line : line.substring(0, 400) + "…";
    }

    private record Sent(Address to, Object trace) {
        @Override
        public String toString() {
            return "-> " + to + " " + trace;
        }
    }

    private record Armed(String timer, Duration after, Object trace) {
        @Override
        public String toString() {
            return "Arm[" + timer + " after " + after + ", " + trace + "]";
        }
    }

    private record Performed(Object trace) {
        @Override
        public String toString() {
            return "Perform[" + trace + "]";
        }
    }
}
