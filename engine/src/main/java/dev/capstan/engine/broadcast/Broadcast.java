package dev.capstan.engine.broadcast;

import dev.capstan.engine.id.BroadcastId;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

import java.io.Serial;
import java.util.Objects;

/**
 * A value that every executor reads once and all its tasks share. Only its number travels with the functions that use
 * it.
 *
 * <pre>{@code
 * Broadcast<Map<String, Integer>> codes = context.broadcast(readCodes());
 * Rdd<Integer> coded = words.map(word -> codes.value().getOrDefault(word, -1));
 * }</pre>
 *
 * <p><b>Do not change the value</b> once it is broadcast: tasks share it with each other, and on local masters with the
 * driver, which hands over the object itself ({@code capstan.broadcast.shareInProcess}). It must be serializable on
 * every master, so that a program that runs on one runs on all.
 *
 * <p>What executors hold of it is released by {@link #unpersist}, by {@link #destroy}, or when the program has no
 * reference to this handle any more.
 */
public final class Broadcast<T> implements Shareable {
    private static final long serialVersionUID = 1L;

    private final BroadcastId id;

    /** The driver's side; null in tasks. */
    private final transient @Nullable BroadcastHome home;

    /**
     * In tasks, the value once it was asked for: a function may ask for each element. Tasks may share this object, and
     * two that ask at the same time get the same value.
     */
    private transient volatile @Nullable Object found;

    Broadcast(BroadcastId id, @Nullable BroadcastHome home) {
        this.id = Objects.requireNonNull(id, "id");
        this.home = home;
    }

    public BroadcastId id() {
        return id;
    }

    /**
     * The value. A task that is the first of its executor to ask waits until it has been read.
     *
     * @throws IllegalStateException when it was destroyed, naming where; or on a thread that runs no task and is not
     *     the driver's
     */
    @SuppressWarnings("unchecked") // what was broadcast under this number is a T
    public T value() {
        BroadcastHome driver = home;
        if (driver != null) {
            return (T) driver.value();
        }
        Object value = found;
        if (value == null) {
            value = ExecutorBroadcasts.current(id).value(id);
            found = value;
        }
        return (T) value;
    }

    /** Executors let go of it; the next task that asks for it reads it anew. Returns at once. */
    public void unpersist() {
        driversSide("unpersist").unpersist();
    }

    /**
     * Driver and executors let go of it. Whoever asks for it afterwards fails and is told where it was destroyed; tasks
     * that have it already keep it until they end. Returns at once; a second call does nothing.
     */
    public void destroy() {
        driversSide("destroy").destroy();
    }

    /** Whether it was destroyed. */
    public boolean isDestroyed() {
        return driversSide("isDestroyed").isDestroyed();
    }

    private BroadcastHome driversSide(String method) {
        if (home == null) {
            throw new IllegalStateException(
                    method + "() of " + id + " belongs into the driver; tasks only ask value()");
        }
        return home;
    }

    @Serial
    private Object writeReplace() {
        return new Number(id);
    }

    /** What travels. */
    private record Number(BroadcastId id) implements Shareable {
        @Serial
        private Object readResolve() {
            return new Broadcast<>(id, null);
        }
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
