package dev.capstan.mesos.master;

import com.google.protobuf.MessageLite;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * Holds the one {@link Conversation} that counts, by the number of its connection.
 *
 * <p>It is locked, since it is closed by another thread than the one that converses; nothing waits under the lock.
 *
 * @param <C> what is said
 */
public final class ConversationSlot<C extends MessageLite> implements AutoCloseable {
    private @Nullable Conversation<C> current;
    private long number;

    /** The one before, which may still be saying its last words. */
    private @Nullable Conversation<C> last;

    /** Starts a conversation, and ends the one before. */
    public synchronized void begin(long connection, Conversation<C> next) {
        endCurrent();
        current = next;
        number = connection;
        next.start();
    }

    /** The conversation of a connection, if it still counts. */
    public synchronized Optional<Conversation<C>> of(long connection) {
        return number == connection ? Optional.ofNullable(current) : Optional.empty();
    }

    /** Ends the conversation of a connection, unless it has been ended before. */
    public synchronized void end(long connection) {
        if (number == connection) {
            endCurrent();
        }
    }

    private synchronized void endCurrent() {
        if (current != null) {
            current.end();
            last = current;
            current = null;
        }
    }

    /** Waits, bounded, until what was said has been sent. */
    @Override
    public void close() {
        Conversation<C> ending;
        synchronized (this) {
            endCurrent();
            ending = last;
        }
        if (ending != null) {
            ending.join();
        }
    }
}
