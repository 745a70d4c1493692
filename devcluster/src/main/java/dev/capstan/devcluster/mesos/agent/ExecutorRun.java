package dev.capstan.devcluster.mesos.agent;

import dev.capstan.devcluster.mesos.message.TaskStates;
import dev.capstan.kernel.actor.Address;

import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One executor in its container; for a task that is a mere command, the process of the task itself. */
final class ExecutorRun {
    /** Where it stands; only ever onward. */
    enum Phase {
        STARTING,
        STARTED,
        ENDING
    }

    /** One task of it. */
    static final class TaskRun {
        final TaskInfo info;

        /** Those of one executor with the same number were launched together; 0 if it was launched alone. */
        final long group;

        TaskState latest = TaskState.TASK_STAGING;
        boolean isDelivered;

        /** Of each state in a row the newest update, told or waiting, without what only frameworks understand. */
        private final List<TaskStatus> statuses = new ArrayList<>();

        /** The last update that this agent has told the master of; null while there is none. */
        @Nullable TaskStatus forwarded;

        TaskRun(TaskInfo info) {
            this(info, 0);
        }

        TaskRun(TaskInfo info, long group) {
            this.info = info;
            this.group = group;
        }

        void add(TaskStatus status) {
            if (!statuses.isEmpty() && statuses.getLast().getState() == status.getState()) {
                statuses.removeLast();
            }
            statuses.add(status.toBuilder().clearData().clearLabels().build());
        }

        List<TaskStatus> statuses() {
            return List.copyOf(statuses);
        }

        /** The same for an agent that takes over, which has told nobody anything yet. */
        private TaskRun afterRestart() {
            var run = new TaskRun(info, group);
            run.latest = latest;
            run.isDelivered = isDelivered;
            run.statuses.addAll(statuses);
            return run;
        }

        boolean isOver() {
            return TaskStates.isTerminal(latest);
        }
    }

    /**
     * Where a task stands that runs in a group, in a container of its own within that of an executor that the agent has
     * itself.
     *
     * @param executor as the framework wants it
     * @param directory of the executor
     * @param group those with the same number run and are killed together
     */
    record Place(ExecutorInfo executor, ContainerID container, String directory, long group) {}

    final FrameworkInfo framework;
    final ExecutorInfo executor;
    final boolean isCommand;
    final ContainerID container;
    final String directory;

    /** Null for one that is in no group. */
    final @Nullable Place place;

    final Map<TaskID, TaskRun> tasks = new LinkedHashMap<>();
    Phase phase = Phase.STARTING;
    int pid;

    /** Whether it has not come back yet after its agent was restarted. */
    boolean isRecovered;

    /** Whether it was told to end its task. */
    boolean isKilled;

    /** Whether it was ever given a task. */
    boolean hasTakenTasks;

    /** Whether its framework is gone for good, and nobody wants to hear of its tasks any more. */
    boolean hasNoFramework;

    /** Where it takes its orders; null while it is not subscribed. */
    @Nullable Address stream;

    /** Why its tasks fail when it ends, if there is a better reason than that it has ended. */
    TaskStatus.@Nullable Reason endReason;

    @Nullable String endMessage;

    ExecutorRun(
            FrameworkInfo framework,
            ExecutorInfo executor,
            boolean isCommand,
            ContainerID container,
            String directory) {
        this(framework, executor, isCommand, container, directory, null);
    }

    ExecutorRun(
            FrameworkInfo framework,
            ExecutorInfo executor,
            boolean isCommand,
            ContainerID container,
            String directory,
            @Nullable Place place) {
        this.framework = framework;
        this.executor = executor;
        this.isCommand = isCommand;
        this.container = container;
        this.directory = directory;
        this.place = place;
    }

    /** The same for an agent that takes over: nobody is subscribed to it yet. */
    ExecutorRun afterRestart() {
        var run = new ExecutorRun(framework, executor, isCommand, container, directory, place);
        tasks.forEach((id, task) -> run.tasks.put(id, task.afterRestart()));
        run.phase = phase;
        run.pid = pid;
        run.isKilled = isKilled;
        run.hasTakenTasks = hasTakenTasks;
        run.hasNoFramework = hasNoFramework;
        run.isRecovered = true;
        return run;
    }

    FrameworkID frameworkId() {
        return framework.getId();
    }

    ExecutorID id() {
        return executor.getExecutorId();
    }

    boolean isPartitionAware() {
        return has(FrameworkInfo.Capability.Type.PARTITION_AWARE);
    }

    /** Whether its framework can do something. */
    boolean has(FrameworkInfo.Capability.Type capability) {
        return framework.getCapabilitiesList().stream().anyMatch(each -> each.getType() == capability);
    }

    /** Those that were launched together with a task, and itself. */
    List<TaskRun> launchedWith(TaskRun task) {
        return task.group == 0
                ? List.of(task)
                : tasks.values().stream().filter(each -> each.group == task.group).toList();
    }

    List<TaskRun> unfinished() {
        return tasks.values().stream().filter(each -> !each.isOver()).toList();
    }
}
