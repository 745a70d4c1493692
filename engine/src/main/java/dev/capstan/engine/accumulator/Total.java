package dev.capstan.engine.accumulator;

import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The driver's side of an accumulator. What tasks have added arrives as bytes, on the driver's loop; it is read and
 * merged by whoever asks for the value, because that runs the user's code. So that bytes do not pile up while nobody
 * asks, a thread of its own merges many of them.
 */
final class Total<T, S, R> {
    private static final int MANY = 256;

    private final String label;
    private final Accumulation<T, S, R> accumulation;
    private final Serializer serializer;
    private final ClassLoader loader;

    /** Guarded by itself; the driver's loop takes this lock, which is never held while the user's code runs. */
    private final List<byte[]> arrived = new ArrayList<>(0);

    // Guarded by this object's lock.
    private @Nullable S state;
    private @Nullable RuntimeException broken;

    Total(String label, Accumulation<T, S, R> accumulation, Serializer serializer, ClassLoader loader) {
        this.label = label;
        this.accumulation = accumulation;
        this.serializer = serializer;
        this.loader = loader;
    }

    /** Called on the driver's loop. */
    void arrive(byte[] update) {
        int waiting;
        synchronized (arrived) {
            arrived.add(update);
            waiting = arrived.size();
        }
        if (waiting == MANY) {
            Thread.ofVirtual().name("merge-" + label).start(this::merge);
        }
    }

    private synchronized void merge() {
        List<byte[]> updates;
        synchronized (arrived) {
            updates = List.copyOf(arrived);
            arrived.clear();
        }
        if (broken != null) {
            return;
        }
        try {
            for (byte[] update : updates) {
                S more = serializer.deserialize(update, loader);
                state = state == null ? more : accumulation.merge(state, more);
            }
        } catch (RuntimeException | StackOverflowError e) { // a bug of the user's; the value cannot be right any more
            broken = new IllegalStateException("what tasks have added to " + label + " cannot be merged: " + e, e);
        }
    }

    synchronized void add(T element) {
        state = accumulation.add(stateNow(), element);
    }

    R value() {
        return read(accumulation::value);
    }

    synchronized <V> V read(Function<? super S, V> reader) {
        return reader.apply(stateNow());
    }

    private S stateNow() {
        merge();
        if (broken != null) {
            throw broken;
        }
        S now = state;
        if (now == null) {
            now = accumulation.zero();
            state = now;
        }
        return now;
    }

    synchronized void reset() {
        merge();
        state = null;
        broken = null;
    }

    synchronized boolean isZero() {
        merge();
        return state == null && broken == null;
    }
}
