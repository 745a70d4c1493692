package dev.capstan.driver.backend;

import dev.capstan.engine.id.LeaseId;

/** Task scheduler to backend. */
public sealed interface BackendCommand extends BackendMessage {
    /** The first message. */
    record Start() implements BackendCommand {}

    /** This is wanted from now on. */
    record Desire(Demand demand) implements BackendCommand {}

    /** The executor behind the lease has registered, so it can be started. */
    record Registered(LeaseId lease) implements BackendCommand {}

    /** Given back before its time. */
    record Release(LeaseId lease) implements BackendCommand {}

    /** Answer with {@link BackendEvent.Explained}. */
    record Explain() implements BackendCommand {}

    /** End all leases; nothing is wanted any more. */
    record Stop() implements BackendCommand {}
}
