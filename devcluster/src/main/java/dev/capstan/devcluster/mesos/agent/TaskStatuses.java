package dev.capstan.devcluster.mesos.agent;

import com.google.protobuf.ByteString;

import dev.capstan.devcluster.mesos.agent.ExecutorRun.TaskRun;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ContainerStatus;
import org.apache.mesos.v1.Protos.NetworkInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * The updates of one agent about tasks.
 *
 * @param agent whose they are
 * @param ip of the agent, and so of all its tasks
 */
record TaskStatuses(AgentID agent, String ip) {
    private static final double NANOS = 1e9;

    /** What the agent says by itself: in its own name, or for a command, which has no executor that could. */
    TaskStatus made(
            ExecutorRun run,
            TaskRun task,
            TaskState state,
            TaskStatus.Source source,
            TaskStatus.@Nullable Reason reason,
            @Nullable String message,
            ByteString uuid,
            long wallNanos) {
        TaskStatus.Builder status =
                TaskStatus.newBuilder()
                        .setTaskId(task.info.getTaskId())
                        .setState(state)
                        .setSource(source)
                        .setAgentId(agent)
                        .setExecutorId(run.id())
                        .setTimestamp(wallNanos / NANOS)
                        .setUuid(uuid);
        if (reason != null) {
            status.setReason(reason);
        }
        if (message != null) {
            status.setMessage(message);
        }
        if (source == TaskStatus.Source.SOURCE_EXECUTOR) {
            status.setContainerStatus(container(run));
        }
        return status.build();
    }

    /** What an executor says, with what the agent knows besides if it has given it that task. */
    TaskStatus told(TaskStatus status, ExecutorRun run, boolean isItsTask) {
        TaskStatus.Builder more = status.toBuilder().setAgentId(agent);
        return isItsTask ? more.setExecutorId(run.id()).setContainerStatus(container(run)).build() : more.build();
    }

    private ContainerStatus container(ExecutorRun run) {
        var address =
                NetworkInfo.IPAddress.newBuilder().setProtocol(NetworkInfo.Protocol.IPv4).setIpAddress(ip).build();
        return ContainerStatus.newBuilder()
                .setContainerId(run.container)
                .addNetworkInfos(NetworkInfo.newBuilder().addIpAddresses(address))
                .setExecutorPid(run.pid)
                .build();
    }
}
