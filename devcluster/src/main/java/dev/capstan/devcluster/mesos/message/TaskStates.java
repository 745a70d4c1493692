package dev.capstan.devcluster.mesos.message;

import org.apache.mesos.v1.Protos.TaskState;

/** Which states are the last of a task. */
public final class TaskStates {
    private TaskStates() {}

    public static boolean isTerminal(TaskState state) {
        return switch (state) {
            case TASK_FINISHED, TASK_FAILED, TASK_KILLED, TASK_ERROR, TASK_LOST, TASK_DROPPED, TASK_GONE -> true;
            case TASK_STAGING,
                    TASK_STARTING,
                    TASK_RUNNING,
                    TASK_KILLING,
                    TASK_UNREACHABLE,
                    TASK_GONE_BY_OPERATOR,
                    TASK_UNKNOWN ->
                    false;
        };
    }
}
