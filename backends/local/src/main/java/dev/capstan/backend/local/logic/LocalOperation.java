package dev.capstan.backend.local.logic;

import dev.capstan.driver.backend.Lease;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.kernel.actor.Operation;

/** What the local backend has done. */
public sealed interface LocalOperation extends Operation {
    /** Start an executor for the lease; it registers with the driver by itself. */
    record StartExecutor(Lease lease) implements LocalOperation {}

    /** End the executor of the lease; nothing is answered. */
    record StopExecutor(LeaseId lease) implements LocalOperation {}
}
