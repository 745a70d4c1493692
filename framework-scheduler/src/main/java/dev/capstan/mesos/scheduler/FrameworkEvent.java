package dev.capstan.mesos.scheduler;

import dev.capstan.kernel.actor.Message;

import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.TaskStatus;

import java.time.Duration;
import java.util.List;

/** A {@link FrameworkScheduler} to its user. Every event may come twice. */
public sealed interface FrameworkEvent extends Message {
    /**
     * A master has taken us, for the first time or again.
     *
     * @param frameworkId by which it knows us
     * @param master where it is, for people
     * @param tasks that are not over as far as we know, also those of an earlier run under the same id
     */
    record Registered(String frameworkId, String master, List<String> tasks) implements FrameworkEvent {
        public Registered {
            tasks = List.copyOf(tasks);
        }
    }

    /** No master can be reached for now; what runs goes on. */
    record Disconnected(String reason) implements FrameworkEvent {}

    /** It is over: nothing is launched any more, and nothing is heard. */
    record Failed(Cause cause, String reason) implements FrameworkEvent {
        /** What kind of end it is. */
        public enum Cause {
            /** No master has answered. */
            UNREACHABLE,
            /** A master has said that it does not want this framework. */
            REFUSED,
            /** It was taken, and is no longer: it was removed, or another instance has its place. */
            GONE
        }
    }

    /**
     * Nothing can be made of a request: the framework is not in its role, or lacks the capability for it. Nothing of it
     * is kept, and its ids are still free.
     */
    record RequestRefused(Request request, String reason) implements FrameworkEvent {}

    /** A request has found its place and is being launched. */
    record TaskPlaced(String taskId, Placement placement) implements FrameworkEvent {}

    /** The state of a task has changed, and it is not over. */
    record TaskChanged(String taskId, TaskStatus status) implements FrameworkEvent {}

    /** A task is over. Comes for every task that was placed. */
    record TaskEnded(String taskId, TaskEnd end) implements FrameworkEvent {}

    /** An executor has ended; its tasks are told of one by one. */
    record ExecutorEnded(String executorId, String agentId, int waitStatus) implements FrameworkEvent {}

    /** The master has given up an agent; its tasks are told of one by one. */
    record AgentLost(String agentId) implements FrameworkEvent {}

    /** An agent is to go down for maintenance; {@code until} is zero when it may already. */
    record AgentLeaving(String agentId, Duration until) implements FrameworkEvent {}

    /** A request for a change has found its offer and is being asked for; these are the resources it is about. */
    record OperationPlaced(String operationId, Placement placement) implements FrameworkEvent {}

    /** The state of an operation has changed, and it is not over. */
    record OperationChanged(String operationId, OperationState state) implements FrameworkEvent {}

    /** An operation is over. Comes for every operation that was placed, also for those of an earlier run. */
    record OperationEnded(String operationId, OperationEnd end) implements FrameworkEvent {}

    /** Masters know the framework by this description now. */
    record Described(FrameworkDescription description) implements FrameworkEvent {}

    /** Masters do not know the framework by this description, and will not; the one before stays. */
    record DescriptionRefused(FrameworkDescription description, String reason) implements FrameworkEvent {}

    /** From an executor. */
    record MessageArrived(String executorId, String agentId, Bytes data) implements FrameworkEvent {}

    /** Answer to {@link FrameworkMessage.Explain}. */
    record Explained(Explanation explanation) implements FrameworkEvent {}

    /** Answer to {@link FrameworkMessage.Stop}: nothing follows. */
    record Stopped() implements FrameworkEvent {}
}
