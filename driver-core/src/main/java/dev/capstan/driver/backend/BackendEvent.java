package dev.capstan.driver.backend;

import dev.capstan.engine.id.LeaseId;
import dev.capstan.kernel.actor.Message;

import java.time.Duration;

/** Backend to task scheduler. Every event may come twice. */
public sealed interface BackendEvent extends Message {
    /** The backend can ask for resources; {@code cluster} says where. */
    record Connected(String cluster) implements BackendEvent {}

    /** The cluster does not answer for now; what runs goes on. */
    record Disconnected(String reason) implements BackendEvent {}

    /** Nothing will ever be granted again; every job fails with the reason. */
    record Dead(ClusterFault fault, String reason) implements BackendEvent {}

    /** Resources are ours. The executor behind them registers by itself when it is up. */
    record Granted(Lease lease) implements BackendEvent {}

    /** The same lease, with more or fewer resources. */
    record Changed(Lease lease) implements BackendEvent {}

    /** It will end soon: place nothing there any more. */
    record Ending(LeaseId lease, Duration notice, String reason) implements BackendEvent {}

    /** It has ended, and the executor's hold on its resources with it. */
    record Ended(LeaseId lease, LossReason reason, String detail) implements BackendEvent {}

    /** Answer to {@link BackendCommand.Explain}. */
    record Explained(WhyNot whyNot) implements BackendEvent {}
}
