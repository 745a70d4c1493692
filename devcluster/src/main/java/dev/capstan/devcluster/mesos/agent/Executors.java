package dev.capstan.devcluster.mesos.agent;

import dev.capstan.devcluster.mesos.agent.ExecutorRun.TaskRun;
import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.kernel.actor.Address;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Task;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The executors of one agent and their tasks, and the tasks whose executor is gone but whose end nobody has seen. */
final class Executors {
    private final Map<ContainerID, ExecutorRun> runs = new LinkedHashMap<>();
    private final Map<TaskKey, ExecutorRun> leftovers = new LinkedHashMap<>();

    /** What is there now; may be changed while it is gone through. */
    List<ExecutorRun> all() {
        return List.copyOf(runs.values());
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    void add(ExecutorRun run) {
        runs.put(run.container, run);
    }

    @Nullable ExecutorRun in(ContainerID container) {
        return runs.get(container);
    }

    @Nullable ExecutorRun of(FrameworkID framework, ExecutorID executor) {
        return runs.values().stream()
                .filter(run -> run.frameworkId().equals(framework) && run.id().equals(executor))
                .findFirst()
                .orElse(null);
    }

    /** All processes of an executor: those of its tasks if it is one of the agent's own. */
    List<ExecutorRun> allOf(FrameworkID framework, ExecutorID executor) {
        return runs.values().stream()
                .filter(run -> run.frameworkId().equals(framework) && run.id().equals(executor))
                .toList();
    }

    /** Those that run together with one, and itself. */
    List<ExecutorRun> groupOf(ExecutorRun member) {
        return runs.values().stream()
                .filter(run ->
                        run == member
                                || run.place != null
                                        && member.place != null
                                        && run.place.group() == member.place.group())
                .toList();
    }

    /** A task, whether its executor is still there or not. */
    @Nullable TaskRun task(TaskKey key) {
        ExecutorRun run =
                runs.values().stream()
                        .filter(each -> each.frameworkId().equals(key.framework()))
                        .filter(each -> each.tasks.containsKey(key.task()))
                        .findFirst()
                        .orElse(leftovers.get(key));
        return run == null ? null : run.tasks.get(key.task());
    }

    /**
     * One has ended.
     *
     * @param isOpen whether something is still to be heard of a task
     */
    void remove(ExecutorRun run, Predicate<TaskKey> isOpen) {
        runs.remove(run.container);
        for (var id : run.tasks.keySet()) {
            var key = new TaskKey(run.frameworkId(), id);
            if (isOpen.test(key)) {
                leftovers.put(key, run);
            }
        }
    }

    /** The end of a task was seen: what is told of it later is told of no task that is known here. */
    void forget(TaskKey key) {
        leftovers.remove(key);
        for (ExecutorRun run : runs.values()) {
            TaskRun task = run.frameworkId().equals(key.framework()) ? run.tasks.get(key.task()) : null;
            if (task != null && task.isOver()) {
                run.tasks.remove(key.task());
            }
        }
    }

    /** Nobody waits for the end of its tasks any more. */
    void forgetLeftovers(FrameworkID framework) {
        leftovers.keySet().removeIf(key -> key.framework().equals(framework));
    }

    /**
     * What an agent that takes over finds on the disk: what belongs to frameworks that checkpoint.
     *
     * @return what it finds running besides, and is to end
     */
    List<ContainerID> leaveTo(Executors successor) {
        List<ContainerID> orphans = new ArrayList<>();
        for (ExecutorRun run : runs.values()) {
            if (run.framework.getCheckpoint()) {
                successor.add(run.afterRestart());
            } else {
                orphans.add(run.container);
            }
        }
        leftovers.forEach((key, run) -> {
            if (run.framework.getCheckpoint()) {
                successor.leftovers.put(key, run);
            }
        });
        return orphans;
    }

    /**
     * All that a master is to know.
     *
     * @param isOpen whether something is still to be heard of a task
     */
    MasterMessage.RegisterAgent report(
            Address self, AgentInfo info, AppliedOperations operations, Predicate<TaskKey> isOpen) {
        List<Task> tasks = new ArrayList<>();
        Set<FrameworkInfo> frameworks = new LinkedHashSet<>();
        List<ExecutorInfo> executors = new ArrayList<>();
        for (ExecutorRun run : runs.values()) {
            frameworks.add(run.framework);
            if (!run.isCommand) {
                executors.add(run.executor);
            } else if (run.place != null && !executors.contains(run.place.executor())) {
                executors.add(run.place.executor());
            }
            for (TaskRun task : run.tasks.values()) {
                if (!task.isOver() || isOpen.test(new TaskKey(run.frameworkId(), task.info.getTaskId()))) {
                    tasks.add(proto(run, task, info.getId()));
                }
            }
        }
        leftovers.forEach((key, run) -> {
            TaskRun task = run.tasks.get(key.task());
            if (task != null) {
                frameworks.add(run.framework);
                tasks.add(proto(run, task, info.getId()));
            }
        });
        return new MasterMessage.RegisterAgent(
                self, info, operations.total(), operations.waiting(), tasks, executors, List.copyOf(frameworks));
    }

    private static Task proto(ExecutorRun run, TaskRun task, AgentID agent) {
        Task.Builder proto =
                Task.newBuilder()
                        .setName(task.info.getName())
                        .setTaskId(task.info.getTaskId())
                        .setFrameworkId(run.frameworkId())
                        .setAgentId(agent)
                        .setState(task.latest)
                        .addAllResources(task.info.getResourcesList());
        if (!run.isCommand || run.place != null) {
            proto.setExecutorId(run.id());
        }
        proto.addAllStatuses(task.statuses());
        if (task.forwarded != null) {
            proto.setStatusUpdateState(task.forwarded.getState()).setStatusUpdateUuid(task.forwarded.getUuid());
        }
        return proto.build();
    }
}
