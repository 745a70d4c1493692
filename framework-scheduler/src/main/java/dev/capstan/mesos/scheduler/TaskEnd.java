package dev.capstan.mesos.scheduler;

import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/**
 * How a task ended.
 *
 * @param state it ended in; one of those that Mesos never leaves, or one that we take as an end
 * @param cause whose doing it was
 * @param detail for people
 */
public record TaskEnd(TaskState state, Cause cause, String detail) {
    /** Whose doing the end of a task was. */
    public enum Cause {
        /** It did what it was to do. */
        DONE,
        /** Somebody asked for it: we, or an operator. */
        ASKED_FOR,
        /** Its process failed. */
        TASK,
        /** It needed more memory than it was given. */
        MEMORY,
        /** It could not be started. */
        LAUNCH,
        /** Its agent, the master, or the way between them. */
        CLUSTER
    }

    /** Reads the status that ends a task. */
    static TaskEnd of(TaskStatus status) {
        String detail =
                status.getState().name().replaceFirst("^TASK_", "")
                        + (status.hasReason() ? ", " + status.getReason().name().replaceFirst("^REASON_", "") : "")
                        + (status.getMessage().isEmpty() ? "" : ": " + status.getMessage());
        return new TaskEnd(status.getState(), causeOf(status), detail);
    }

    private static Cause causeOf(TaskStatus status) {
        return switch (status.getReason()) {
            case REASON_CONTAINER_LIMITATION_MEMORY -> Cause.MEMORY;
            case REASON_CONTAINER_LAUNCH_FAILED,
                    REASON_EXECUTOR_REGISTRATION_TIMEOUT,
                    REASON_TASK_INVALID,
                    REASON_TASK_UNAUTHORIZED,
                    REASON_TASK_GROUP_INVALID,
                    REASON_TASK_GROUP_UNAUTHORIZED ->
                    Cause.LAUNCH;
            case REASON_AGENT_REMOVED,
                    REASON_AGENT_DISCONNECTED,
                    REASON_AGENT_RESTARTED,
                    REASON_AGENT_UNKNOWN,
                    REASON_AGENT_DRAINING,
                    REASON_AGENT_REMOVED_BY_OPERATOR,
                    REASON_MASTER_DISCONNECTED,
                    REASON_EXECUTOR_REREGISTRATION_TIMEOUT,
                    REASON_CONTAINER_PREEMPTED,
                    REASON_INVALID_OFFERS,
                    REASON_RECONCILIATION ->
                    Cause.CLUSTER;
            default -> causeOf(status.getState());
        };
    }

    private static Cause causeOf(TaskState state) {
        return switch (state) {
            case TASK_FINISHED -> Cause.DONE;
            case TASK_KILLED, TASK_KILLING, TASK_GONE_BY_OPERATOR -> Cause.ASKED_FOR;
            case TASK_ERROR -> Cause.LAUNCH;
            case TASK_FAILED, TASK_STAGING, TASK_STARTING, TASK_RUNNING -> Cause.TASK;
            case TASK_LOST, TASK_DROPPED, TASK_GONE, TASK_UNREACHABLE, TASK_UNKNOWN -> Cause.CLUSTER;
        };
    }
}
