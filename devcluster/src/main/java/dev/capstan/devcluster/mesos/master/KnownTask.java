package dev.capstan.devcluster.mesos.master;

import com.google.protobuf.ByteString;

import dev.capstan.devcluster.mesos.message.TaskStates;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Task;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

import java.util.List;

/** What a master knows about one task. */
final class KnownTask {
    private final Task.Builder task;
    private boolean released;

    private KnownTask(Task.Builder task) {
        this.task = task;
    }

    static KnownTask launched(TaskInfo info, FrameworkID framework) {
        Task.Builder task =
                Task.newBuilder()
                        .setName(info.getName())
                        .setTaskId(info.getTaskId())
                        .setFrameworkId(framework)
                        .setAgentId(info.getAgentId())
                        .setState(TaskState.TASK_STAGING)
                        .addAllResources(info.getResourcesList());
        if (info.hasExecutor()) {
            task.setExecutorId(info.getExecutor().getExecutorId());
        }
        if (info.hasLabels()) {
            task.setLabels(info.getLabels());
        }
        if (info.hasDiscovery()) {
            task.setDiscovery(info.getDiscovery());
        }
        if (info.hasContainer()) {
            task.setContainer(info.getContainer());
        }
        if (info.hasKillPolicy()) {
            task.setKillPolicy(info.getKillPolicy());
        }
        return new KnownTask(task);
    }

    /** As an agent that comes back tells it. */
    static KnownTask reported(Task task) {
        return new KnownTask(task.toBuilder());
    }

    TaskID id() {
        return task.getTaskId();
    }

    AgentID agent() {
        return task.getAgentId();
    }

    /** The newest state known, maybe not told yet. */
    TaskState state() {
        return task.getState();
    }

    List<Resource> resources() {
        return task.getResourcesList();
    }

    Task toProto() {
        return task.build();
    }

    /**
     * Takes an update in. One status per state is kept, without what only the framework understands.
     *
     * @return whether it is news, and not one that was told before
     */
    boolean update(TaskStatus status, TaskState latest) {
        if (!TaskStates.isTerminal(task.getState())) {
            task.setState(latest);
        }
        if (status.hasUuid()) {
            task.setStatusUpdateState(status.getState()).setStatusUpdateUuid(status.getUuid());
        }
        TaskStatus kept = status.toBuilder().clearData().clearLabels().build();
        int last = task.getStatusesCount() - 1;
        if (last >= 0 && task.getStatuses(last).getState() == kept.getState()) {
            task.setStatuses(last, kept);
            return false;
        }
        task.addStatuses(kept);
        return true;
    }

    /** Whether an acknowledgement of this update is the last word about the task. */
    boolean endsWith(ByteString uuid) {
        return TaskStates.isTerminal(task.getStatusUpdateState()) && task.getStatusUpdateUuid().equals(uuid);
    }

    /** Whether nothing more is to come of it. */
    boolean isOver() {
        return TaskStates.isTerminal(task.getState()) || task.getStatusUpdateState() == TaskState.TASK_GONE_BY_OPERATOR;
    }

    /** Whether its resources are free from now on; true once. */
    boolean release() {
        if (released || !TaskStates.isTerminal(task.getState())) {
            return false;
        }
        released = true;
        return true;
    }

    /** Its resources are no longer counted, for whatever reason. */
    boolean forceRelease() {
        boolean first = !released;
        released = true;
        return first;
    }

    /** The answer to a framework that asks. */
    TaskStatus.Builder answer() {
        TaskStatus.Builder answer = TaskStatus.newBuilder().setTaskId(id()).setAgentId(agent());
        answer.setState(task.hasStatusUpdateState() ? task.getStatusUpdateState() : task.getState());
        if (task.hasExecutorId()) {
            answer.setExecutorId(task.getExecutorId());
        }
        for (TaskStatus each : task.getStatusesList()) { // of each kind the newest
            if (each.hasContainerStatus()) {
                answer.setContainerStatus(each.getContainerStatus());
            }
            if (each.hasHealthy()) {
                answer.setHealthy(each.getHealthy());
            }
            if (each.hasCheckStatus()) {
                answer.setCheckStatus(each.getCheckStatus());
            }
        }
        return answer;
    }

    boolean isOf(ExecutorID executor) {
        return task.hasExecutorId() && task.getExecutorId().equals(executor);
    }
}
