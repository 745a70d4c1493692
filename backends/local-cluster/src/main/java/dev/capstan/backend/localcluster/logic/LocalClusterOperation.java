package dev.capstan.backend.localcluster.logic;

import dev.capstan.driver.backend.Lease;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.kernel.actor.Operation;

/** What the local-cluster backend has done. */
public sealed interface LocalClusterOperation extends Operation {
    /** Start the process of an executor; its end is answered with {@link LocalClusterMessage.ProcessEnded}. */
    record StartProcess(Lease lease) implements LocalClusterOperation {}

    /** End the process of the lease; nothing is answered. */
    record StopProcess(LeaseId lease) implements LocalClusterOperation {}
}
