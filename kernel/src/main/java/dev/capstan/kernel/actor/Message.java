package dev.capstan.kernel.actor;

/**
 * What one actor tells another: a record of values and ids, immutable, without futures, streams or locks inside.
 *
 * <p>The mailbox is bounded by kind. A message that is {@linkplain Delivery#EVERY delivered every time} is never
 * dropped; when too many wait, its sender is slowed. A message of which {@linkplain Delivery#LATEST only the latest
 * counts} (a heartbeat, an offer) takes the place of the older one with the same {@link #latestKey()}.
 */
public interface Message {
    /** What a message may hold, texts and bytes together, and still be kept for a dump. */
    int MOST_TRACED_BYTES = 4 << 10;

    /** How a mailbox that fills up treats a message. */
    enum Delivery {
        EVERY,
        LATEST
    }

    default Delivery delivery() {
        return Delivery.EVERY;
    }

    /** For {@link Delivery#LATEST}: messages of one class with equal keys replace each other. */
    default Object latestKey() {
        return getClass();
    }

    /**
     * What the flight recorder keeps of this message; one that holds more than {@link #MOST_TRACED_BYTES} answers with
     * a few words, because what is recorded stays in memory.
     */
    default Object trace() {
        return this;
    }
}
