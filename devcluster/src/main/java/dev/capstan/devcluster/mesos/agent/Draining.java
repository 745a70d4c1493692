package dev.capstan.devcluster.mesos.agent;

import org.apache.mesos.v1.Protos.DrainConfig;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/** The part of an {@link Agent} that knows whether it is being emptied, and what that changes for its tasks. */
final class Draining {
    private @Nullable DrainConfig asked;

    void begin(DrainConfig config) {
        asked = config;
    }

    /** It is empty: what runs here later ends for other reasons. */
    void end() {
        asked = null;
    }

    /** How a task is to be killed: no more slowly than was asked for. */
    static KillPolicy within(DrainConfig drain, KillPolicy own) {
        boolean isShorter =
                own.hasGracePeriod()
                        && own.getGracePeriod().getNanoseconds() < drain.getMaxGracePeriod().getNanoseconds();
        return drain.hasMaxGracePeriod() && !isShorter
                ? KillPolicy.newBuilder().setGracePeriod(drain.getMaxGracePeriod()).build()
                : own;
    }

    /** Says of tasks that end because the agent is to be empty that they do, and that they will never be back. */
    TaskStatus told(TaskStatus status) {
        boolean isKill = status.getState() == TaskState.TASK_KILLING || status.getState() == TaskState.TASK_KILLED;
        if (asked == null || !isKill) {
            return status;
        }
        TaskStatus.Builder told = status.toBuilder().setReason(TaskStatus.Reason.REASON_AGENT_DRAINING);
        if (asked.getMarkGone()) {
            told.setState(TaskState.TASK_GONE_BY_OPERATOR);
        }
        return told.build();
    }
}
