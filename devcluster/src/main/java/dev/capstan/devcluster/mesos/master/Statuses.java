package dev.capstan.devcluster.mesos.master;

import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** Updates that a master makes up itself. They have no uuid, and must not be acknowledged. */
final class Statuses {
    private static final double NANOS = 1e9;

    private Statuses() {}

    /** An update of the master about a task, whose ids are set already. */
    static TaskStatus of(
            TaskStatus.Builder ids, TaskState state, TaskStatus.Reason reason, String message, long wallNanos) {
        return ids.setState(state)
                .setSource(TaskStatus.Source.SOURCE_MASTER)
                .setReason(reason)
                .setMessage(message)
                .setTimestamp(seconds(wallNanos))
                .build();
    }

    /** The state for a framework that knows the newer ones, and else the one word that older ones have for them. */
    static TaskState forFramework(Framework framework, TaskState state) {
        return framework.isPartitionAware() ? state : TaskState.TASK_LOST;
    }

    static double seconds(long wallNanos) {
        return wallNanos / NANOS;
    }
}
