package dev.capstan.backend.localcluster.logic;

import dev.capstan.driver.backend.BackendMessage;
import dev.capstan.driver.backend.LossReason;
import dev.capstan.engine.id.LeaseId;

/** What the local-cluster backend's own operations and timers tell its logic. */
public sealed interface LocalClusterMessage extends BackendMessage {
    /** The process behind the lease has ended, or could not be started. */
    record ProcessEnded(LeaseId lease, LossReason reason, String detail) implements LocalClusterMessage {}

    /** Timer: start what is missing. */
    record StartMissing() implements LocalClusterMessage {}
}
