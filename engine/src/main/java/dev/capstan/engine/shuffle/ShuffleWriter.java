package dev.capstan.engine.shuffle;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * The output of one map task while it is written; belongs to the task's thread. Closing it without a commit leaves
 * nothing behind.
 */
public interface ShuffleWriter extends AutoCloseable {
    void write(int reducePartition, @Nullable Object key, @Nullable Object value)
            throws IOException, InterruptedException;

    /**
     * Makes the output visible as a whole, in place of an earlier one of the same map partition.
     *
     * @return its size in bytes
     */
    long commit() throws IOException;

    @Override
    void close();
}
