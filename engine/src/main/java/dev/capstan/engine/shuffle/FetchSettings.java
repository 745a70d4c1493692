package dev.capstan.engine.shuffle;

import dev.capstan.kernel.config.ByteSize;

import java.time.Duration;

/**
 * How a task reads from other executors.
 *
 * @param retries how often it tries again before it gives up, counted anew whenever something has arrived
 * @param retryWait before the first retry; twice as long before each further one
 * @param maxBytesInFlight how much of what it reads from others may wait for it
 */
public record FetchSettings(int retries, Duration retryWait, ByteSize maxBytesInFlight) {
    /** It is not doubled more often. */
    private static final int MOST_DOUBLINGS = 6;

    public FetchSettings {
        if (retries < 0 || retryWait.isNegative()) {
            throw new IllegalArgumentException("neither may be negative: " + retries + ", " + retryWait);
        }
    }

    /**
     * @param failure from 1
     */
    Duration waitAfter(int failure) {
        return retryWait.multipliedBy(1L << Math.min(failure - 1, MOST_DOUBLINGS));
    }
}
