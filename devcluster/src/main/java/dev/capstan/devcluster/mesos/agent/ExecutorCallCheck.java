package dev.capstan.devcluster.mesos.agent;

import dev.capstan.devcluster.mesos.message.Uuids;

import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.executor.Protos.Call;
import org.jspecify.annotations.Nullable;

import java.util.Optional;

/** What an agent finds wrong with a call by looking at nothing but it. */
public final class ExecutorCallCheck {
    private ExecutorCallCheck() {}

    /** What is wrong, in the words of an agent. */
    public static Optional<String> wrongWith(Call call) {
        return Optional.ofNullable(fault(call)).map(fault -> "Failed to validate Executor::Call: " + fault);
    }

    private static @Nullable String fault(Call call) {
        if (!call.isInitialized()) {
            return "Not initialized: " + call.getInitializationErrorString();
        }
        if (!call.hasType()) {
            return "Expecting 'type' to be present";
        }
        return switch (call.getType()) {
            case SUBSCRIBE -> call.hasSubscribe() ? null : "Expecting 'subscribe' to be present";
            case UPDATE -> call.hasUpdate() ? updateFault(call) : "Expecting 'update' to be present";
            case MESSAGE -> call.hasMessage() ? null : "Expecting 'message' to be present";
            case HEARTBEAT -> null;
            case UNKNOWN -> "Expecting 'type' to be present";
        };
    }

    private static @Nullable String updateFault(Call call) {
        TaskStatus status = call.getUpdate().getStatus();
        if (!status.hasUuid()) {
            return "Expecting 'uuid' to be present";
        }
        if (!Uuids.isOne(status.getUuid())) {
            return "Not a valid UUID";
        }
        String who =
                " from executor "
                        + call.getExecutorId().getValue()
                        + " of framework "
                        + call.getFrameworkId().getValue();
        if (status.hasExecutorId() && !status.getExecutorId().equals(call.getExecutorId())) {
            return "ExecutorID in Call: "
                    + call.getExecutorId().getValue()
                    + " does not match ExecutorID in TaskStatus: "
                    + status.getExecutorId().getValue();
        }
        if (status.getSource() != TaskStatus.Source.SOURCE_EXECUTOR) {
            return "Received Call" + who + " with invalid source, expecting 'SOURCE_EXECUTOR'";
        }
        return status.getState() == TaskState.TASK_STAGING
                ? "Received TASK_STAGING" + who + " which is not allowed"
                : null;
    }
}
