package dev.capstan.driver.runtime;

import java.time.Duration;

/**
 * When the garbage of a driver should be collected because of what lies on its executors, not because of its own heap.
 * Due after so many bytes of shuffles; but collections, which stop the driver, take a fiftieth of the time at most.
 */
final class CollectionDue {
    /** A map output holds a file and its entries, be it ever so small. */
    private static final long LEAST_BYTES_PER_TASK = 64 << 10;

    private static final int MOST_OF_THE_TIME = 50;

    private final long bytes;
    private long written;
    private long notBefore = Long.MIN_VALUE;

    /**
     * @param bytes of shuffles from one collection to the next
     */
    CollectionDue(long bytes) {
        this.bytes = bytes;
    }

    /** Whether it is due, now that a job has written so much. */
    boolean after(long shuffled, int tasks, long now) {
        if (shuffled > 0) {
            written += shuffled + tasks * LEAST_BYTES_PER_TASK;
        }
        return written >= bytes && now >= notBefore;
    }

    /** A collection begins. */
    void began() {
        written = 0;
        notBefore = Long.MAX_VALUE;
    }

    /** It is over. */
    void ended(long now, Duration taken) {
        notBefore = now + MOST_OF_THE_TIME * taken.toNanos();
    }
}
