package dev.capstan.driver.backend.fixed;

import dev.capstan.driver.backend.BackendMessage;
import dev.capstan.driver.backend.LossReason;
import dev.capstan.engine.id.LeaseId;

/** What {@link FixedExecutors} hears besides the scheduler's commands. */
public sealed interface FixedMessage extends BackendMessage {
    /** The backend's operations: the executor behind the lease has ended by itself, or could not be started. */
    record ExecutorEnded(LeaseId lease, LossReason reason, String detail) implements FixedMessage {}

    /** Timer: start what is missing. */
    record StartMissing() implements FixedMessage {}
}
