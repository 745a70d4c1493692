package dev.capstan.devcluster.mesos.master;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.Filters;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** One ACCEPT: checks the offers, launches what can be launched, gives back what is left. */
final class Acceptance {
    private static final double DEFAULT_REFUSE_SECONDS = 5;
    private static final double MOST_REFUSE_SECONDS = Duration.ofDays(365).toSeconds();
    private static final double NANOS = 1e9;

    private final Offers offers;
    private final Framework framework;
    private final Roster roster;
    private final OfferOperations operations;

    /** What volumes of changed size have become, which no operation of the same ACCEPT may use. */
    private ResourceBag resized = ResourceBag.EMPTY;

    Acceptance(Offers offers, Framework framework, Roster roster, OfferOperations operations) {
        this.offers = offers;
        this.framework = framework;
        this.roster = roster;
        this.operations = operations;
    }

    void carryOut(Call.Accept accept) {
        List<Offers.Held> used = new ArrayList<>();
        String fault = offerFault(accept.getOfferIdsList(), used);
        if (fault != null || used.isEmpty()) {
            used.forEach(offers::giveBack);
            accept.getOperationsList().forEach(each -> drop(each, fault == null ? "No offers specified" : fault));
            return;
        }
        used.forEach(offers::use);
        Agent agent = used.getFirst().agent();
        String role = used.getFirst().role();
        ResourceBag left = ResourceBag.EMPTY;
        for (Offers.Held each : used) {
            left = left.plus(each.resources());
        }
        for (Offer.Operation operation : accept.getOperationsList()) {
            left = carryOut(operation, role, agent, left);
        }
        left = left.plus(resized);
        if (!left.isEmpty()) {
            agent.recover(framework.id, left);
            refuse(framework, role, agent, left, accept.getFilters(), roster.now(), roster.config);
        }
    }

    /** Carries one operation out; returns what is left for the next. */
    private ResourceBag carryOut(Offer.Operation operation, String role, Agent agent, ResourceBag left) {
        if (operation.getType() == Offer.Operation.Type.LAUNCH_GROUP) {
            return launchGroup(operation.getLaunchGroup(), role, agent, left);
        }
        if (operation.getType() != Offer.Operation.Type.LAUNCH) {
            return change(ResourceForm.within(operation, role), agent, left);
        }
        ResourceBag rest = left;
        for (TaskInfo task : operation.getLaunch().getTaskInfosList()) {
            rest = launch(inside(task, role), agent, rest);
        }
        return rest;
    }

    private ResourceBag change(Offer.Operation operation, Agent agent, ResourceBag left) {
        ResourceBag after = operations.carryOut(framework, operation, agent, left);
        if (!OfferOperations.isResize(operation) || after.equals(left)) {
            return after;
        }
        ResourceBag converted = Conversion.of(operation).converted();
        resized = resized.plus(converted);
        return after.minus(converted);
    }

    /** Launches all tasks of a group, or none and says why; returns what is left for the next. */
    private ResourceBag launchGroup(Offer.Operation.LaunchGroup asked, String role, Agent agent, ResourceBag left) {
        Offer.Operation.LaunchGroup.Builder inside = asked.toBuilder().setExecutor(inside(asked.getExecutor(), role));
        List<TaskInfo> tasks = asked.getTaskGroup().getTasksList().stream().map(task -> inside(task, role)).toList();
        inside.getTaskGroupBuilder().clearTasks().addAllTasks(tasks);
        ExecutorInfo executor = inside.getExecutor();
        ExecutorInfo known = agent.executor(framework.id, executor.getExecutorId());
        String fault =
                TaskCheck.groupFault(inside.build(), framework.id, agent.id, known, framework.tasks::containsKey, left);
        if (fault != null) {
            tasks.forEach(each -> tell(each, TaskState.TASK_ERROR, TaskStatus.Reason.REASON_TASK_GROUP_INVALID, fault));
            return left;
        }
        String forbidden =
                tasks.stream()
                        .map(each -> roster.config.permissions().faultOf(framework.info, each))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
        if (forbidden != null) {
            tasks.forEach(each ->
                    tell(each, TaskState.TASK_ERROR, TaskStatus.Reason.REASON_TASK_GROUP_UNAUTHORIZED, forbidden));
            return left;
        }
        ResourceBag rest = left;
        if (known == null) {
            rest = rest.minus(ResourceBag.of(executor.getResourcesList()));
            agent.addExecutor(framework.id, executor);
        }
        for (TaskInfo each : tasks) {
            rest = rest.minus(ResourceBag.of(each.getResourcesList()));
            add(each.toBuilder().setExecutor(executor).build());
        }
        roster.tell(agent.id, new AgentMessage.RunTaskGroup(framework.info, executor, tasks));
        return rest;
    }

    private void add(TaskInfo task) {
        KnownTask launched = KnownTask.launched(task, framework.id);
        framework.tasks.put(task.getTaskId(), launched);
        roster.watchers.taskAdded(launched.toProto());
    }

    /** What is wrong with the offers; those that are held are gathered in any case. */
    private @Nullable String offerFault(List<OfferID> ids, List<Offers.Held> used) {
        String fault = null;
        Set<OfferID> seen = new LinkedHashSet<>();
        for (OfferID id : ids) {
            Offers.Held offer = offers.heldBy(framework, id);
            if (!seen.add(id)) {
                fault = fault != null ? fault : "Duplicate offer " + id.getValue() + " in offer list";
            } else if (offer == null) {
                fault = fault != null ? fault : "Offer " + id.getValue() + " is no longer valid";
            } else {
                used.add(offer);
            }
        }
        return fault != null || used.isEmpty() ? fault : mixtureFault(used);
    }

    private static @Nullable String mixtureFault(List<Offers.Held> used) {
        Offers.Held first = used.getFirst();
        for (Offers.Held each : used) {
            if (each.agent() != first.agent()) {
                return "Aggregated offers must belong to one single agent. Offer "
                        + each.offer().getId().getValue()
                        + " uses agent "
                        + each.agent().id.getValue()
                        + " and agent "
                        + first.agent().id.getValue();
            }
            if (!each.role().equals(first.role())) {
                return "Aggregated offers must be allocated to the same role. Offer "
                        + each.offer().getId().getValue()
                        + " uses role '"
                        + each.role()
                        + "' and role '"
                        + first.role()
                        + "'";
            }
        }
        return null;
    }

    /** The task in the form used within: resources allocated, the executor with the id of its framework. */
    private TaskInfo inside(TaskInfo task, String role) {
        TaskInfo.Builder inside = task.toBuilder();
        var resources = ResourceForm.allocatedIfUnsaid(ResourceForm.within(task.getResourcesList()), role);
        inside.clearResources().addAllResources(resources);
        if (task.hasExecutor()) {
            inside.setExecutor(inside(task.getExecutor(), role));
        }
        return inside.build();
    }

    private ExecutorInfo inside(ExecutorInfo executor, String role) {
        ExecutorInfo.Builder inside = executor.toBuilder();
        var own = ResourceForm.allocatedIfUnsaid(ResourceForm.within(executor.getResourcesList()), role);
        inside.clearResources().addAllResources(own);
        if (!executor.hasFrameworkId()) {
            inside.setFrameworkId(framework.id);
        }
        if (!executor.hasType()) {
            inside.setType(ExecutorInfo.Type.CUSTOM);
        }
        return inside.build();
    }

    /** Launches one task, or says why not; returns what is left for the next. */
    private ResourceBag launch(TaskInfo task, Agent agent, ResourceBag left) {
        ExecutorInfo known =
                task.hasExecutor() ? agent.executor(framework.id, task.getExecutor().getExecutorId()) : null;
        String fault =
                TaskCheck.fault(
                        task, framework.id, agent.id, known, framework.tasks.containsKey(task.getTaskId()), left);
        if (fault != null) {
            tell(task, TaskState.TASK_ERROR, TaskStatus.Reason.REASON_TASK_INVALID, fault);
            return left;
        }
        String forbidden = roster.config.permissions().faultOf(framework.info, task);
        if (forbidden != null) {
            tell(task, TaskState.TASK_ERROR, TaskStatus.Reason.REASON_TASK_UNAUTHORIZED, forbidden);
            return left;
        }
        ResourceBag rest = left.minus(ResourceBag.of(task.getResourcesList()));
        if (task.hasExecutor() && known == null) {
            rest = rest.minus(ResourceBag.of(task.getExecutor().getResourcesList()));
            agent.addExecutor(framework.id, task.getExecutor());
        }
        add(task);
        if (agent.address != null) {
            roster.out.send(agent.address, new AgentMessage.RunTask(framework.info, task));
        }
        return rest;
    }

    private void drop(Offer.Operation operation, String fault) {
        switch (operation.getType()) {
            case LAUNCH -> operation.getLaunch().getTaskInfosList().forEach(task -> drop(task, fault));
            case LAUNCH_GROUP ->
                    operation.getLaunchGroup().getTaskGroup().getTasksList().forEach(task -> drop(task, fault));
            default -> operations.refuse(framework, operation, "Operation attempted with invalid offers: " + fault);
        }
    }

    private void drop(TaskInfo task, String fault) {
        tell(
                task,
                Statuses.forFramework(framework, TaskState.TASK_DROPPED),
                TaskStatus.Reason.REASON_INVALID_OFFERS,
                "Task launched with invalid offers: " + fault);
    }

    private void tell(TaskInfo task, TaskState state, TaskStatus.Reason reason, String message) {
        TaskStatus.Builder ids = TaskStatus.newBuilder().setTaskId(task.getTaskId()).setAgentId(task.getAgentId());
        roster.update(framework, Statuses.of(ids, state, reason, message, roster.wall()));
    }

    /** Remembers a refusal for as long as it says; at least until the round of offers after the next has passed. */
    static void refuse(
            Framework framework,
            String role,
            Agent agent,
            ResourceBag resources,
            Filters filters,
            long now,
            MasterConfig config) {
        long nanos = refusalNanos(filters);
        if (nanos > 0) {
            framework.refuse(
                    role,
                    agent.id,
                    ResourceForm.unallocated(resources),
                    now + Math.max(nanos, config.allocationInterval().toNanos()));
        }
    }

    /** How long a refusal lasts. */
    static long refusalNanos(Filters filters) {
        double seconds = filters.getRefuseSeconds();
        if (seconds < 0 || Double.isNaN(seconds)) {
            seconds = DEFAULT_REFUSE_SECONDS;
        }
        return (long) (Math.min(seconds, MOST_REFUSE_SECONDS) * NANOS);
    }
}
