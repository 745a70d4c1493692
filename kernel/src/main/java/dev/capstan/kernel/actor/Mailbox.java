package dev.capstan.kernel.actor;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * What waits for a loop, from any thread. Bounded by kind: of a {@link Message.Delivery#LATEST} message only the newest
 * per key waits; a thread that brings {@link Message.Delivery#EVERY} messages faster than the loop takes them is
 * slowed. Loops themselves are never slowed, because two loops that wait for each other would never wake; what they
 * send is bounded by the protocols (a launch per slot, an outcome per launch).
 */
final class Mailbox {
    private static final long SLOWED_NANOS = 50_000;

    private final ConcurrentLinkedQueue<Envelope> queue = new ConcurrentLinkedQueue<>();
    private final ConcurrentMap<LatestKey, LatestSlot> latest = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final int bound;
    private volatile @Nullable Thread sleeper;
    private volatile boolean closed;

    Mailbox(int bound) {
        this.bound = bound;
    }

    /** A message and whom it is for. */
    sealed interface Envelope {
        Address to();
    }

    record Plain(Address to, Message message) implements Envelope {}

    /** Stands in the queue for whatever is newest under its key when its turn comes. */
    record LatestSlot(Address to, LatestKey key, Message message) implements Envelope {}

    record LatestKey(Address to, Class<?> type, Object key) {}

    /**
     * @return false when the mailbox is closed and the message was not taken
     */
    boolean put(Address to, Message message, boolean mayWait) {
        if (message.delivery() == Message.Delivery.LATEST) {
            return putLatest(to, message);
        }
        while (mayWait && !closed && waiting.get() >= bound) {
            LockSupport.parkNanos(SLOWED_NANOS);
            if (Thread.currentThread().isInterrupted()) {
                break; // an interrupted sender still delivers: its message must not be lost
            }
        }
        return enqueue(new Plain(to, message));
    }

    private boolean putLatest(Address to, Message message) {
        var key = new LatestKey(to, message.getClass(), message.latestKey());
        var slot = new LatestSlot(to, key, message);
        return latest.put(key, slot) != null ? !closed : enqueue(slot);
    }

    private boolean enqueue(Envelope envelope) {
        if (closed) {
            return false;
        }
        waiting.incrementAndGet();
        queue.add(envelope);
        wake();
        return true;
    }

    /** The next message in order of arrival, or null. Called by the loop only. */
    @Nullable Plain poll() {
        Envelope envelope = queue.poll();
        if (envelope == null) {
            return null;
        }
        waiting.decrementAndGet();
        return switch (envelope) {
            case Plain plain -> plain;
            case LatestSlot slot -> {
                LatestSlot newest = latest.remove(slot.key);
                yield new Plain(slot.to, newest == null ? slot.message : newest.message);
            }
        };
    }

    int waiting() {
        return waiting.get();
    }

    /** Sleeps until something is put, the time is over, or {@link #wake()} is called. Called by the loop only. */
    void await(long nanos) {
        sleeper = Thread.currentThread();
        try {
            if (queue.isEmpty() && !closed) {
                if (nanos == Long.MAX_VALUE) {
                    LockSupport.park(this);
                } else {
                    LockSupport.parkNanos(this, nanos);
                }
            }
        } finally {
            sleeper = null;
            Thread.interrupted(); // it means nothing to a loop, and would keep it from ever sleeping again
        }
    }

    void wake() {
        Thread thread = sleeper;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    void close() {
        closed = true;
        wake();
    }

    boolean closed() {
        return closed;
    }
}
