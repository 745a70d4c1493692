package dev.capstan.backend.local.logic;

import dev.capstan.driver.backend.BackendMessage;
import dev.capstan.driver.backend.LossReason;
import dev.capstan.engine.id.LeaseId;

/** What the local backend's own operations tell its logic. */
public sealed interface LocalMessage extends BackendMessage {
    /** The executor behind the lease has ended by itself. */
    record ExecutorEnded(LeaseId lease, LossReason reason, String detail) implements LocalMessage {}

    /** Timer: start another one. */
    record StartAgain() implements LocalMessage {}
}
