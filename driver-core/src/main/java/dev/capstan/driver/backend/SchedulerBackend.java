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

    /** Ends what still runs; idempotent and bounded. */
    @Override
    void close();
}
