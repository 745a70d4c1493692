package dev.capstan.mesos.master;

import com.google.protobuf.MessageLite;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * Calls that wait to be made, in their order. There are only so many, and only so many bytes of them: whoever is to
 * hear them may take none any more, and what it would hear then is old anyway.
 *
 * <p>It is locked: one thread puts, another takes and waits for it.
 *
 * @param <C> what is said
 */
final class Outgoing<C extends MessageLite> {
    /** A pass over the offers of a large cluster makes tens of thousands at once. */
    static final int MOST_CALLS = 100_000;

    static final long MOST_BYTES = 128L << 20;

    private final Queue<C> calls = new ArrayDeque<>();
    private long bytes;
    private boolean ended;

    /**
     * Puts a call behind the others. One that is alone may be of any size.
     *
     * @return whether there was room; nothing changes when there was none
     */
    synchronized boolean offer(C call) {
        int size = call.getSerializedSize();
        if (!calls.isEmpty() && (calls.size() >= MOST_CALLS || bytes + size > MOST_BYTES)) {
            return false;
        }
        if (!ended) {
            calls.add(call);
            bytes += size;
            notifyAll();
        }
        return true;
    }

    /** Nothing is put any more; what is there can still be taken. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /**
     * Waits for the next call.
     *
     * @return empty when all were taken and no more come
     */
    synchronized Optional<C> next() throws InterruptedException {
        while (calls.isEmpty() && !ended) {
            wait();
        }
        C call = calls.poll();
        if (call == null) {
            return Optional.empty();
        }
        bytes -= call.getSerializedSize();
        return Optional.of(call);
    }

    /** In words. */
    @Override
    public synchronized String toString() {
        return calls.size() + " calls of " + bytes + " bytes";
    }
}
