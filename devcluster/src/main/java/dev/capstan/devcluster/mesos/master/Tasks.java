package dev.capstan.devcluster.mesos.master;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.Task;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TimeInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.jspecify.annotations.Nullable;

/** What becomes of tasks: updates, what ends them, and answers to who asks. */
final class Tasks {
    private final Roster roster;
    private int updatesToDrop;
    private int updateTimes = 1;

    Tasks(Roster roster) {
        this.roster = roster;
    }

    void kill(Framework framework, Call.Kill kill) {
        KnownTask task = framework.tasks.get(kill.getTaskId());
        if (task == null) {
            answerAbout(framework, kill.getTaskId(), kill.hasAgentId() ? kill.getAgentId() : null);
        } else {
            roster.tell(task.agent(), new AgentMessage.KillTask(framework.id, task.id(), kill.getKillPolicy()));
        }
    }

    void acknowledge(Framework framework, Call.Acknowledge acknowledge) {
        Agent agent = roster.agents.get(acknowledge.getAgentId());
        if (agent == null || agent.address == null) {
            return;
        }
        KnownTask task = framework.tasks.get(acknowledge.getTaskId());
        if (task != null && task.endsWith(acknowledge.getUuid())) {
            release(framework, task);
            framework.complete(task);
        }
        roster.tell(
                agent.id,
                new AgentMessage.AcknowledgeUpdate(framework.id, acknowledge.getTaskId(), acknowledge.getUuid()));
    }

    void updateArrived(AgentID agent, FrameworkID id, TaskStatus status, TaskState latest) {
        Framework framework = roster.frameworks.get(id);
        if (framework == null || !roster.agents.containsKey(agent)) {
            return;
        }
        if (updatesToDrop > 0) {
            updatesToDrop--;
            return;
        }
        KnownTask task = framework.tasks.get(status.getTaskId());
        if (task != null) {
            roster.updated(framework, task, status, latest);
            release(framework, task);
        }
        for (int i = 0; i < updateTimes; i++) {
            roster.update(framework, status);
        }
    }

    private void release(Framework framework, KnownTask task) {
        Agent agent = roster.agents.get(task.agent());
        if (agent != null && task.release()) {
            agent.recover(framework.id, ResourceBag.of(task.resources()));
        }
    }

    void reconcile(Framework framework, Call.Reconcile reconcile) {
        if (reconcile.getTasksCount() == 0) {
            framework.tasks.values().forEach(task -> answer(framework, task));
            return;
        }
        for (var task : reconcile.getTasksList()) {
            KnownTask known = framework.tasks.get(task.getTaskId());
            if (known == null) {
                answerAbout(framework, task.getTaskId(), task.hasAgentId() ? task.getAgentId() : null);
            } else {
                answer(framework, known);
            }
        }
    }

    private void answer(Framework framework, KnownTask task) {
        TaskStatus.Builder answer = task.answer();
        roster.update(
                framework,
                Statuses.of(
                        answer,
                        answer.getState(),
                        TaskStatus.Reason.REASON_RECONCILIATION,
                        "Reconciliation: Latest task state",
                        roster.wall()));
    }

    private void answerAbout(Framework framework, TaskID task, @Nullable AgentID agent) {
        if (agent == null ? roster.registry.awaitsAny() : roster.registry.awaits(agent)) {
            return; // an agent that has not come back may have it
        }
        TaskStatus.Builder ids = TaskStatus.newBuilder().setTaskId(task);
        TaskState state = TaskState.TASK_UNKNOWN;
        String message = "Reconciliation: Task is unknown";
        if (agent != null) {
            ids.setAgentId(agent);
            TimeInfo unreachable = roster.registry.unreachableSince(agent);
            if (roster.agents.containsKey(agent)) {
                state = TaskState.TASK_GONE;
                message = "Reconciliation: Task is unknown to the agent";
            } else if (unreachable != null) {
                state = TaskState.TASK_UNREACHABLE;
                message = "Reconciliation: Task is unreachable";
                ids.setUnreachableTime(unreachable);
            } else if (roster.registry.isGone(agent)) {
                state = TaskState.TASK_GONE_BY_OPERATOR;
                message = "Reconciliation: Task is gone";
            }
        }
        roster.update(
                framework,
                Statuses.of(
                        ids,
                        Statuses.forFramework(framework, state),
                        TaskStatus.Reason.REASON_RECONCILIATION,
                        message,
                        roster.wall()));
    }

    /** The task is over without a word of its executor, and its framework is told so. */
    void lose(Framework framework, KnownTask task, TaskState state, TaskStatus.Reason reason, String message) {
        lose(framework, task, state, reason, message, null);
    }

    void lose(
            Framework framework,
            KnownTask task,
            TaskState state,
            TaskStatus.Reason reason,
            String message,
            @Nullable TimeInfo unreachableSince) {
        TaskStatus.Builder ids = TaskStatus.newBuilder().setTaskId(task.id()).setAgentId(task.agent());
        Task proto = task.toProto();
        if (proto.hasExecutorId()) {
            ids.setExecutorId(proto.getExecutorId());
        }
        if (unreachableSince != null) {
            ids.setUnreachableTime(unreachableSince);
        }
        TaskStatus status = Statuses.of(ids, state, reason, message, roster.wall());
        roster.updated(framework, task, status, state);
        framework.complete(task);
        roster.update(framework, status);
    }

    /** The next updates are not passed on; agents repeat them. */
    void dropUpdates(int count) {
        updatesToDrop = count;
    }

    /** Every update is passed on so many times. */
    void repeatUpdates(int times) {
        updateTimes = times;
    }
}
