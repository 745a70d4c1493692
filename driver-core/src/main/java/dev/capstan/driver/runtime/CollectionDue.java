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

    /**
     * @param bytes of shuffles from one collection to the next
     */
    CollectionDue(long bytes) {
        this.bytes = bytes;
    }

    /** A job has written so much. */
    void add(long shuffled, int tasks) {
        if (shuffled > 0) {
            written += shuffled + tasks * LEAST_BYTES_PER_TASK;
        }
    }

    boolean isDue() {
        return written >= bytes;
    }

    /** A collection begins. */
    void begin() {
        written = 0;
    }

    /** How long there must be no other one. */
    static Duration restAfter(Duration collection) {
        return collection.multipliedBy(MOST_OF_THE_TIME);
    }
}
