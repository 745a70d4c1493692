package dev.capstan.driver.backend;

import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Operations;

/**
 * Turns what the scheduler wants into leases. Its decisions are an actor that the driver's loop hosts (and the
 * simulator runs); what that actor wants done in the world goes to its operations.
 *
 * <p>The logic is told {@link BackendCommand}s and tells the scheduler {@link BackendEvent}s.
 */
public interface SchedulerBackend extends AutoCloseable {
    Actor<BackendMessage> logic();

    Operations operations();

    /** How many partitions a dataset gets when its program does not say. */
    int defaultParallelism();

    /** How often a task may fail before its job does; backends may know better than the configured value. */
    default int maxTaskFailures(int configured) {
        return configured;
    }

    /**
     * Waits, bounded, until the logic's last words have left. Called once that was told to stop, while its loop still
     * runs: what is behind an entry that becomes durable just now would be dropped with the loop.
     */
    default void awaitLastWords() throws InterruptedException {}

    /** Ends what still runs; idempotent and bounded. */
    @Override
    void close();
}
