package dev.capstan.mesos.scheduler;

import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

/** What the states of Mesos mean to a framework. */
final class TaskStates {
    private TaskStates() {}

    /**
     * Whether we take it as the end of a task. Mesos itself may come back on some of these (a task that is GONE by an
     * operator's word, or UNKNOWN because its agent has left the master's memory); what comes back then is killed.
     *
     * @param partitionAware whether the master uses LOST only where it does not know better; then it is asked once more
     */
    static boolean isEnd(TaskStatus status, boolean partitionAware) {
        return switch (status.getState()) {
            case TASK_FINISHED,
                    TASK_FAILED,
                    TASK_KILLED,
                    TASK_ERROR,
                    TASK_DROPPED,
                    TASK_GONE,
                    TASK_GONE_BY_OPERATOR,
                    TASK_UNKNOWN ->
                    true;
            case TASK_LOST -> !partitionAware || status.getReason() == TaskStatus.Reason.REASON_RECONCILIATION;
            case TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING, TASK_UNREACHABLE -> false;
        };
    }

    /** Whether the master must be asked what it means, when it is no end. */
    static boolean isDoubtful(TaskState state) {
        return state == TaskState.TASK_LOST;
    }

    /** Whether there is something to kill. */
    static boolean mayStillRun(TaskState state) {
        return switch (state) {
            case TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING -> true;
            case TASK_FINISHED,
                    TASK_FAILED,
                    TASK_KILLED,
                    TASK_ERROR,
                    TASK_DROPPED,
                    TASK_GONE,
                    TASK_GONE_BY_OPERATOR,
                    TASK_UNKNOWN,
                    TASK_LOST,
                    TASK_UNREACHABLE ->
                    false;
        };
    }
}
