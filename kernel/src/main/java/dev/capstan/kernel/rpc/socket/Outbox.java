package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.rpc.RpcLimits;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits to be written to one peer, bounded. Many threads put and one takes; the lock is held for as long as it
 * takes to move a reference, and both the order and the sums must be seen as one.
 */
final class Outbox {
    /** What became of a frame that was put. */
    enum Put {
        TAKEN,
        /** It would be more than may wait. */
        FULL,
        /** Nothing is taken any more. */
        OVER
    }

    private final RpcLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final ArrayDeque<Slot> slots = new ArrayDeque<>();
    private final Map<Object, Slot> latest = new HashMap<>();
    private long bytes;
    private boolean over;

    /** A frame that waits; a newer one may take its place. */
    private static final class Slot {
        final @Nullable Object latestKey;
        byte[] frame;

        Slot(@Nullable Object latestKey, byte[] frame) {
            this.latestKey = latestKey;
            this.frame = frame;
        }
    }

    Outbox(RpcLimits limits) {
        this.limits = limits;
    }

    /**
     * @param latestKey under which only the newest frame counts, or null
     */
    Put put(byte[] frame, @Nullable Object latestKey) {
        lock.lock();
        try {
            if (over) {
                return Put.OVER;
            }
            Slot older = latestKey == null ? null : latest.get(latestKey);
            if (older != null) {
                bytes += frame.length - older.frame.length;
                older.frame = frame;
                return Put.TAKEN;
            }
            if (slots.size() >= limits.waitingMessages() || bytes + frame.length > limits.waitingBytes().bytes()) {
                return Put.FULL;
            }
            add(new Slot(latestKey, frame));
            return Put.TAKEN;
        } finally {
            lock.unlock();
        }
    }

    /**
     * As {@link #put}, for threads that can wait until less than half of what may wait does.
     *
     * @param waitIsOver run once, however it ends, and before the frame can be taken; must be quick
     */
    Put putWhenRoom(byte[] frame, Duration patience, Runnable waitIsOver) throws InterruptedException {
        lock.lock();
        try {
            Put put = awaitRoom(patience);
            if (put == Put.TAKEN) {
                add(new Slot(null, frame));
            }
            return put;
        } finally {
            waitIsOver.run();
            lock.unlock();
        }
    }

    private Put awaitRoom(Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        while (!over && !hasRoom()) {
            if (left <= 0) {
                return Put.FULL;
            }
            left = room.awaitNanos(left);
        }
        return over ? Put.OVER : Put.TAKEN;
    }

    private void add(Slot slot) {
        if (slot.latestKey != null) {
            latest.put(slot.latestKey, slot);
        }
        slots.add(slot);
        bytes += slot.frame.length;
    }

    /** Whether less than half of what may wait does. */
    boolean isRoomy() {
        lock.lock();
        try {
            return hasRoom();
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoom() {
        return slots.size() < (limits.waitingMessages() + 1) / 2 && bytes <= limits.waitingBytes().bytes() / 2;
    }

    /** The first frames, in order: one if there is any, and more as long as they are at most so many bytes. */
    List<byte[]> take(int mostBytes) {
        lock.lock();
        try {
            List<byte[]> taken = new ArrayList<>();
            long sum = 0;
            for (Slot next = slots.peek();
                    next != null && (taken.isEmpty() || sum + next.frame.length <= mostBytes);
                    next = slots.peek()) {
                slots.remove();
                if (next.latestKey != null) {
                    latest.remove(next.latestKey);
                }
                sum += next.frame.length;
                taken.add(next.frame);
            }
            bytes -= sum;
            if (hasRoom()) {
                room.signalAll();
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** How many frames wait. */
    int size() {
        lock.lock();
        try {
            return slots.size();
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing any more, and forgets what waits. */
    void end() {
        lock.lock();
        try {
            over = true;
            slots.clear();
            latest.clear();
            bytes = 0;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
