package dev.capstan.driver.backend.fixed;

import dev.capstan.driver.backend.Lease;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.kernel.actor.Operation;

/** What {@link FixedExecutors} has done by its backend. */
public sealed interface FixedOperation extends Operation {
    /**
     * Start an executor for the lease; it registers with the driver by itself, and its end is answered with {@link
     * FixedMessage.ExecutorEnded}.
     */
    record StartExecutor(Lease lease) implements FixedOperation {}

    /** End the executor of the lease; nothing is answered. */
    record StopExecutor(LeaseId lease) implements FixedOperation {}
}
