package dev.capstan.devcluster.mesos.master;

import dev.capstan.mesos.resource.ResourceBag;
import dev.capstan.mesos.resource.Thousandths;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.Value;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What a master finds wrong with a task that is to be launched. */
final class TaskCheck {
    private static final long LEAST_MILLI_CPUS = 10;
    private static final long LEAST_MILLI_MEGABYTES = 32_000;

    private TaskCheck() {}

    /**
     * @param known the executor with the same id that runs on the agent, if there is one
     * @param isTaken whether a task of the framework has this id
     * @param left of the offers, after the tasks before this one
     * @return what is wrong; null if nothing is
     */
    static @Nullable String fault(
            TaskInfo task,
            FrameworkID framework,
            AgentID agent,
            @Nullable ExecutorInfo known,
            boolean isTaken,
            ResourceBag left) {
        String placed = placeFault(task, agent, isTaken);
        if (placed != null) {
            return placed;
        }
        if (task.hasCommand() == task.hasExecutor()) {
            return "Task should have at least one (but not both) of CommandInfo or ExecutorInfo present";
        }
        String executor = task.hasExecutor() ? executorFault(task.getExecutor(), framework, known) : null;
        return executor != null ? executor : resourceFault(task, known, left);
    }

    private static @Nullable String placeFault(TaskInfo task, AgentID agent, boolean isTaken) {
        String id = FrameworkCheck.idFault(task.getTaskId().getValue());
        if (id != null) {
            return id;
        }
        if (isTaken) {
            return "Task has duplicate ID: " + task.getTaskId().getValue();
        }
        if (!task.getAgentId().equals(agent)) {
            return "Task uses invalid agent "
                    + task.getAgentId().getValue()
                    + " while agent "
                    + agent.getValue()
                    + " is expected";
        }
        return null;
    }

    /**
     * What a master finds wrong with tasks that are to be launched together.
     *
     * @param launch with its executor in the form used within
     * @param isTaken whether a task of the framework has this id
     */
    static @Nullable String groupFault(
            Offer.Operation.LaunchGroup launch,
            FrameworkID framework,
            AgentID agent,
            @Nullable ExecutorInfo known,
            Predicate<TaskID> isTaken,
            ResourceBag left) {
        ExecutorInfo executor = launch.getExecutor();
        if (executor.getType() == ExecutorInfo.Type.DEFAULT && executor.hasCommand()) {
            return "'ExecutorInfo.command' must not be set for 'DEFAULT' executor";
        }
        String wrong = executorFault(executor, framework, known);
        if (wrong != null) {
            return wrong;
        }
        String little = leastFault(executor);
        if (little != null) {
            return little;
        }
        List<Resource> needed = new ArrayList<>(known == null ? executor.getResourcesList() : List.of());
        Set<TaskID> seen = new LinkedHashSet<>();
        for (TaskInfo task : launch.getTaskGroup().getTasksList()) {
            if (task.hasExecutor() && !task.getExecutor().equals(executor)) {
                return "The `ExecutorInfo` of task '"
                        + task.getTaskId().getValue()
                        + "' is different from executor '"
                        + executor.getExecutorId().getValue()
                        + "'";
            }
            boolean isDouble = isTaken.test(task.getTaskId()) || !seen.add(task.getTaskId());
            String fault = memberFault(task, executor, agent, isDouble, left);
            if (fault != null) {
                return "Task '" + task.getTaskId().getValue() + "' is invalid: " + fault;
            }
            needed.addAll(task.getResourcesList());
        }
        return lack(needed, left, "task group and its executor are");
    }

    private static @Nullable String memberFault(
            TaskInfo task, ExecutorInfo executor, AgentID agent, boolean isTaken, ResourceBag left) {
        String placed = placeFault(task, agent, isTaken);
        if (placed != null) {
            return placed;
        }
        boolean hasNothingToDo = executor.getType() == ExecutorInfo.Type.DEFAULT && !task.hasCommand();
        return hasNothingToDo
                ? "Task should have at least one (but not both) of CommandInfo or ExecutorInfo present"
                : resourceFault(task, executor, left);
    }

    /** What the executor of a group must have at least. */
    private static @Nullable String leastFault(ExecutorInfo executor) {
        for (Resource each : executor.getResourcesList()) {
            String fault = amountFault(each);
            if (fault != null) {
                return fault;
            }
        }
        ResourceBag has = ResourceBag.of(executor.getResourcesList());
        String id = executor.getExecutorId().getValue();
        if (has.milli("cpus") < LEAST_MILLI_CPUS) {
            return "Executor '"
                    + id
                    + "' uses less CPUs ("
                    + amount(has, "cpus")
                    + ") than the minimum required (0.01)";
        }
        if (has.milli("mem") < LEAST_MILLI_MEGABYTES) {
            String memory = has.milli("mem") == 0 ? "None" : Thousandths.text(has.milli("mem")) + "MB";
            return "Executor '" + id + "' uses less memory (" + memory + ") than the minimum required (32MB)";
        }
        return has.milli("disk") == 0 ? "Executor '" + id + "' uses no disk" : null;
    }

    private static String amount(ResourceBag of, String scalar) {
        return of.milli(scalar) == 0 ? "None" : Thousandths.text(of.milli(scalar));
    }

    private static @Nullable String executorFault(
            ExecutorInfo executor, FrameworkID framework, @Nullable ExecutorInfo known) {
        String id = FrameworkCheck.idFault(executor.getExecutorId().getValue());
        if (id != null) {
            return id;
        }
        if (!executor.getFrameworkId().equals(framework)) {
            return "ExecutorInfo has an invalid FrameworkID (Actual: "
                    + executor.getFrameworkId().getValue()
                    + " vs Expected: "
                    + framework.getValue()
                    + ")";
        }
        if (executor.getType() == ExecutorInfo.Type.CUSTOM && !executor.hasCommand()) {
            return "'ExecutorInfo.command' must be set for 'CUSTOM' executor";
        }
        if (known != null && !known.equals(executor)) {
            return "ExecutorInfo is not compatible with existing ExecutorInfo with same ExecutorID.\n"
                    + "------------------------------------------------------------\n"
                    + "Existing ExecutorInfo:\n"
                    + text(known)
                    + "\n------------------------------------------------------------\n"
                    + "ExecutorInfo:\n"
                    + text(executor)
                    + "\n------------------------------------------------------------\n";
        }
        return null;
    }

    /** As a master writes it: a whole number without a point. */
    private static String text(ExecutorInfo executor) {
        return executor.toString().replaceAll("(?m)^(\\s*value: -?\\d+)\\.0$", "$1");
    }

    private static @Nullable String resourceFault(TaskInfo task, @Nullable ExecutorInfo known, ResourceBag left) {
        List<Resource> needed = new ArrayList<>(task.getResourcesList());
        if (needed.isEmpty()) {
            return "Task uses no resources";
        }
        if (task.hasExecutor() && known == null) {
            needed.addAll(task.getExecutor().getResourcesList());
        }
        for (Resource resource : needed) {
            String fault = amountFault(resource);
            if (fault != null) {
                return fault;
            }
        }
        return lack(needed, left, "task and its executor is");
    }

    private static @Nullable String lack(List<Resource> needed, ResourceBag left, String who) {
        ResourceBag bag = ResourceBag.of(needed);
        return left.contains(bag)
                ? null
                : "Total resources "
                        + ResourceForm.text(bag.toProtos())
                        + " required by "
                        + who
                        + " more than available "
                        + ResourceForm.text(left.toProtos());
    }

    static @Nullable String amountFault(Resource resource) {
        if (resource.getType() == Value.Type.SCALAR
                && !(resource.getScalar().getValue() >= 0 && Double.isFinite(resource.getScalar().getValue()))) {
            return "Resource '" + ResourceForm.text(resource) + "' is invalid: Invalid scalar resource: value <= 0";
        }
        try {
            ResourceBag.of(List.of(resource));
            return null;
        } catch (IllegalArgumentException e) {
            return "Resource '" + resource.getName() + "' is invalid: " + e.getMessage();
        }
    }
}
