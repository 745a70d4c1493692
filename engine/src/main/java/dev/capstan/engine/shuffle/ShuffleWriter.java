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
     * Writes records that are serialized already, as one frame: bytes that a writer of the executor's serializer has
     * made from its first record on. They are copied. Good frames have 64 to 256 kB; many small ones cost more.
     */
    void writeFrame(int reducePartition, byte[] bytes, int offset, int length) throws IOException, InterruptedException;

    /**
     * Makes the output visible as a whole, in place of an earlier one of the same map partition.
     *
     * @return its size in bytes
     */
    long commit() throws IOException;

    @Override
    void close();
}
