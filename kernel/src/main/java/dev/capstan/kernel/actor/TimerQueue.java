package dev.capstan.kernel.actor;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/** Named timers in order of their deadline; those due at the same time fire in the order they were armed. */
public final class TimerQueue {
    private final TreeSet<Timer> byDeadline = new TreeSet<>();
    private final Map<Name, Timer> byName = new HashMap<>();
    private long armed;

    /** A timer that has come due. */
    public record Due(Address actor, String timer, Message message) {}

    public void arm(Address actor, String timer, long deadlineNanos, Message message) {
        disarm(actor, timer);
        var entry = new Timer(deadlineNanos, armed++, new Name(actor, timer), message);
        byName.put(entry.name, entry);
        byDeadline.add(entry);
    }

    public void disarm(Address actor, String timer) {
        Timer old = byName.remove(new Name(actor, timer));
        if (old != null) {
            byDeadline.remove(old);
        }
    }

    /** Forgets every timer of one actor. */
    public void disarmAll(Address actor) {
        byDeadline.removeIf(timer -> timer.name.actor.equals(actor));
        byName.keySet().removeIf(name -> name.actor.equals(actor));
    }

    /** The next deadline, or {@link Long#MAX_VALUE} when no timer is armed. */
    public long nextDeadlineNanos() {
        return byDeadline.isEmpty() ? Long.MAX_VALUE : byDeadline.first().deadlineNanos;
    }

    /** Takes the first timer whose deadline has been reached. */
    public @Nullable Due poll(long nowNanos) {
        if (byDeadline.isEmpty() || byDeadline.first().deadlineNanos > nowNanos) {
            return null;
        }
        Timer timer = byDeadline.removeFirst();
        byName.remove(timer.name);
        return new Due(timer.name.actor, timer.name.timer, timer.message);
    }

    private record Name(Address actor, String timer) {}

    private record Timer(long deadlineNanos, long sequence, Name name, Message message) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(deadlineNanos, other.deadlineNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }
}
