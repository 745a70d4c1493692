package dev.capstan.mesos.scheduler;

import static dev.capstan.mesos.scheduler.FrameworkFixture.FRAMEWORK_ID;
import static dev.capstan.mesos.scheduler.FrameworkFixture.scalar;

import com.google.protobuf.ByteString;

import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.OperationID;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.UUID;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** A master with one agent, as far as one framework can tell. It never loses what it has said yes to. */
final class ModelMaster {
    static final String AGENT = "agent-1";

    private final SplittableRandom random;
    private final Consumer<FrameworkMessage> out;
    private final SequencedMap<String, Offer> offers = new LinkedHashMap<>();
    private final SequencedMap<String, Task> tasks = new LinkedHashMap<>();
    private final SequencedMap<String, OperationStatus> operations = new LinkedHashMap<>();
    private final SequencedMap<String, Executor> executors = new LinkedHashMap<>();
    private ResourceBag free =
            ResourceBag.of(
                    List.of(scalar("dev", "cpus", 16), scalar("dev", "mem", 64_000), scalar("dev", "disk", 1_000)));
    private long connection;
    private boolean suppressed;
    private int numbers;
    @Nullable FrameworkInfo framework;

    private record Task(ResourceBag resources, TaskStatus status) {}

    /** Of groups. It ends with its last task. */
    private record Executor(ExecutorInfo info, Set<String> tasks) {}

    /**
     * @param out takes what is said, on the connection that counts
     */
    ModelMaster(SplittableRandom random, Consumer<FrameworkMessage> out) {
        this.random = random;
        this.out = out;
    }

    void subscribe(long number, Call.Subscribe subscribe) {
        connection = number;
        framework = subscribe.getFrameworkInfo().toBuilder().clearId().build();
        suppressed = subscribe.getSuppressedRolesList().contains("dev");
        takeOffersBack();
        Event.Builder subscribed = Event.newBuilder().setType(Event.Type.SUBSCRIBED);
        subscribed
                .getSubscribedBuilder()
                .setFrameworkId(FrameworkID.newBuilder().setValue(FRAMEWORK_ID))
                .setHeartbeatIntervalSeconds(15);
        say(subscribed);
        sayAgain();
    }

    private void takeOffersBack() {
        offers.values().forEach(offer -> free = free.plus(ResourceBag.of(offer.getResourcesList())));
        offers.clear();
    }

    private void say(Event.Builder event) {
        out.accept(new FrameworkMessage.EventArrived(connection, event.build()));
    }

    /** All that was not acknowledged. */
    void sayAgain() {
        tasks.values().stream().map(Task::status).filter(TaskStatus::hasUuid).forEach(this::say);
        operations.values().stream().filter(OperationStatus::hasUuid).forEach(this::say);
    }

    private void say(TaskStatus status) {
        say(Event.newBuilder().setType(Event.Type.UPDATE).setUpdate(Event.Update.newBuilder().setStatus(status)));
    }

    private void say(OperationStatus status) {
        say(
                Event.newBuilder()
                        .setType(Event.Type.UPDATE_OPERATION_STATUS)
                        .setUpdateOperationStatus(Event.UpdateOperationStatus.newBuilder().setStatus(status)));
    }

    void allocate() {
        if (suppressed || free.isEmpty() || connection == 0) {
            return;
        }
        List<Resource> resources = free.toProtos();
        free = ResourceBag.EMPTY;
        Offer offer =
                Offer.newBuilder()
                        .setId(OfferID.newBuilder().setValue("offer-" + numbers++))
                        .setFrameworkId(FrameworkID.newBuilder().setValue(FRAMEWORK_ID))
                        .setAgentId(AgentID.newBuilder().setValue(AGENT))
                        .setHostname("agent-1.test")
                        .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole("dev"))
                        .addAllResources(resources)
                        .build();
        offers.put(offer.getId().getValue(), offer);
        say(Event.newBuilder().setType(Event.Type.OFFERS).setOffers(Event.Offers.newBuilder().addOffers(offer)));
    }

    void rescind() {
        if (!offers.isEmpty()) {
            Offer offer = offers.pollFirstEntry().getValue();
            free = free.plus(ResourceBag.of(offer.getResourcesList()));
            say(
                    Event.newBuilder()
                            .setType(Event.Type.RESCIND)
                            .setRescind(Event.Rescind.newBuilder().setOfferId(offer.getId())));
        }
    }

    /** Something happens to a task that runs. */
    void progress() {
        List<String> running =
                tasks.entrySet().stream()
                        .filter(each -> each.getValue().status().getState() == TaskState.TASK_RUNNING)
                        .map(each -> each.getKey())
                        .toList();
        if (!running.isEmpty()) {
            become(running.get(random.nextInt(running.size())), TaskState.TASK_FINISHED);
        }
    }

    private void become(String id, TaskState state) {
        Task task = tasks.get(id);
        if (task != null && task.status().getState() != TaskState.TASK_FINISHED) {
            TaskStatus status = status(id, state).setUuid(uuid()).build();
            if (state != TaskState.TASK_RUNNING) {
                free = free.plus(task.resources());
                executors.values().forEach(executor -> executor.tasks().remove(id));
                endIdleExecutors();
            }
            tasks.put(id, new Task(state == TaskState.TASK_RUNNING ? task.resources() : ResourceBag.EMPTY, status));
            say(status);
        }
    }

    private void endIdleExecutors() {
        for (Executor executor : List.copyOf(executors.values())) {
            if (executor.tasks().isEmpty()) {
                free = free.plus(ResourceBag.of(executor.info().getResourcesList()));
                executors.remove(executor.info().getExecutorId().getValue());
            }
        }
    }

    private static TaskStatus.Builder status(String id, TaskState state) {
        return TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setAgentId(AgentID.newBuilder().setValue(AGENT))
                .setState(state);
    }

    private ByteString uuid() {
        return ByteString.copyFromUtf8(String.format(Locale.ROOT, "%016d", numbers++));
    }

    void hear(Call call) {
        switch (call.getType()) {
            case ACCEPT -> onAccept(call);
            case DECLINE -> call.getDecline().getOfferIdsList().forEach(id -> free = free.plus(take(id)));
            case SUPPRESS -> suppressed = true;
            case REVIVE -> suppressed = false;
            case ACKNOWLEDGE -> onAcknowledged(call.getAcknowledge());
            case ACKNOWLEDGE_OPERATION_STATUS -> {
                String id = call.getAcknowledgeOperationStatus().getOperationId().getValue();
                OperationStatus status = operations.get(id);
                if (status != null
                        && status.getUuid().getValue().equals(call.getAcknowledgeOperationStatus().getUuid())) {
                    operations.remove(id);
                }
            }
            case RECONCILE -> onReconcile(call.getReconcile());
            case RECONCILE_OPERATIONS ->
                    call.getReconcileOperations()
                            .getOperationsList()
                            .forEach(each -> answer(each.getOperationId().getValue()));
            case KILL -> become(call.getKill().getTaskId().getValue(), TaskState.TASK_FINISHED);
            case UPDATE_FRAMEWORK -> {
                if (random.nextInt(3) == 0) {
                    out.accept(new FrameworkMessage.CallRefused(connection, call, "not now"));
                } else {
                    framework = call.getUpdateFramework().getFrameworkInfo().toBuilder().clearId().build();
                    out.accept(new FrameworkMessage.CallDone(connection, call));
                }
            }
            default -> throw new AssertionError("the model was not prepared for " + call.getType());
        }
    }

    private ResourceBag take(OfferID id) {
        Offer offer = offers.remove(id.getValue());
        return offer == null ? ResourceBag.EMPTY : ResourceBag.of(offer.getResourcesList());
    }

    private void onAccept(Call call) {
        boolean valid = call.getAccept().getOfferIdsList().stream().allMatch(id -> offers.containsKey(id.getValue()));
        ResourceBag rest = ResourceBag.EMPTY;
        for (OfferID id : call.getAccept().getOfferIdsList()) {
            rest = rest.plus(take(id));
        }
        if (valid && random.nextInt(10) == 0) {
            free = free.plus(rest);
            out.accept(new FrameworkMessage.CallRefused(connection, call, "malformed"));
            return;
        }
        boolean lacksWhatWasToBeReserved = false;
        for (Offer.Operation operation : call.getAccept().getOperationsList()) {
            boolean mayLack = joinsTooLate(operation, rest) || lacksWhatWasToBeReserved;
            boolean isLaunched = valid && !(mayLack && !rest.contains(needed(operation)));
            rest = isLaunched ? prepare(operation, rest) : rest;
            for (TaskInfo task : Launches.tasks(operation)) {
                ResourceBag resources = ResourceBag.of(task.getResourcesList());
                rest = isLaunched ? launch(task.getTaskId().getValue(), resources, rest) : drop(task, rest);
            }
            if (operation.hasId()) {
                ResourceBag before = rest;
                rest = operate(operation, valid, rest);
                lacksWhatWasToBeReserved |= rest.equals(before);
            }
        }
        free = free.plus(rest);
        endIdleExecutors();
    }

    /**
     * Whether nothing lacks but what the executor takes: the framework may not have heard yet that it has ended, or
     * that it never began, and take nothing for it.
     */
    private boolean joinsTooLate(Offer.Operation operation, ResourceBag offered) {
        return operation.hasLaunchGroup()
                && !executors.containsKey(executor(operation))
                && offered.contains(neededByTasks(operation));
    }

    private static ResourceBag neededByTasks(Offer.Operation operation) {
        ResourceBag needed = ResourceBag.EMPTY;
        for (TaskInfo task : Launches.tasks(operation)) {
            needed = needed.plus(ResourceBag.of(task.getResourcesList()));
        }
        return needed;
    }

    private ResourceBag needed(Offer.Operation operation) {
        ResourceBag needed = neededByTasks(operation);
        boolean isNew = !executors.containsKey(executor(operation));
        return operation.hasLaunchGroup() && isNew
                ? needed.plus(ResourceBag.of(operation.getLaunchGroup().getExecutor().getResourcesList()))
                : needed;
    }

    private static String executor(Offer.Operation operation) {
        return operation.getLaunchGroup().getExecutor().getExecutorId().getValue();
    }

    /** The executor of a group is there before its tasks; one that is there already must be said to be as it is. */
    private ResourceBag prepare(Offer.Operation operation, ResourceBag offered) {
        if (!operation.hasLaunchGroup()) {
            return offered;
        }
        ExecutorInfo asked = operation.getLaunchGroup().getExecutor();
        Executor known = executors.get(executor(operation));
        if (known != null && !known.info().equals(asked)) {
            throw new AssertionError("ExecutorInfo is not compatible with existing ExecutorInfo: " + asked);
        }
        Executor executor = known == null ? new Executor(asked, new LinkedHashSet<>()) : known;
        executors.put(executor(operation), executor);
        Launches.tasks(operation).forEach(task -> executor.tasks().add(task.getTaskId().getValue()));
        return known == null ? offered.minus(ResourceBag.of(asked.getResourcesList())) : offered;
    }

    private ResourceBag launch(String id, ResourceBag resources, ResourceBag offered) {
        tasks.put(id, new Task(resources, status(id, TaskState.TASK_STAGING).build()));
        become(id, TaskState.TASK_RUNNING);
        return offered.minus(resources); // which throws where too much is taken
    }

    private ResourceBag drop(TaskInfo task, ResourceBag offered) {
        say(status(task.getTaskId().getValue(), TaskState.TASK_DROPPED).build());
        return offered;
    }

    private ResourceBag operate(Offer.Operation operation, boolean valid, ResourceBag offered) {
        OperationStatus.Builder status =
                OperationStatus.newBuilder()
                        .setOperationId(operation.getId())
                        .setAgentId(AgentID.newBuilder().setValue(AGENT));
        if (!valid || random.nextInt(5) == 0) {
            say(status.setState(OperationState.OPERATION_ERROR).setMessage("no").build());
            return offered;
        }
        status.setState(OperationState.OPERATION_FINISHED).setUuid(UUID.newBuilder().setValue(uuid()));
        operations.put(operation.getId().getValue(), status.build());
        say(status.build());
        boolean reserves = operation.hasReserve();
        List<Resource> reserved =
                reserves ? operation.getReserve().getResourcesList() : operation.getUnreserve().getResourcesList();
        ResourceBag bound = ResourceBag.of(reserved);
        ResourceBag loose =
                ResourceBag.of(reserved.stream().map(each -> each.toBuilder().clearReservations().build()).toList());
        return reserves ? offered.minus(loose).plus(bound) : offered.minus(bound).plus(loose);
    }

    private void onAcknowledged(Call.Acknowledge acknowledge) {
        String id = acknowledge.getTaskId().getValue();
        Task task = tasks.get(id);
        if (task == null || !task.status().getUuid().equals(acknowledge.getUuid())) {
            return;
        }
        if (task.status().getState() == TaskState.TASK_FINISHED) {
            tasks.remove(id);
        } else {
            tasks.put(id, new Task(task.resources(), task.status().toBuilder().clearUuid().build()));
        }
    }

    private void onReconcile(Call.Reconcile reconcile) {
        List<String> asked = reconcile.getTasksList().stream().map(each -> each.getTaskId().getValue()).toList();
        for (String id : asked.isEmpty() ? List.copyOf(tasks.keySet()) : asked) {
            Task task = tasks.get(id);
            say(
                    status(id, task == null ? TaskState.TASK_GONE : task.status().getState())
                            .setReason(TaskStatus.Reason.REASON_RECONCILIATION)
                            .build());
        }
    }

    private void answer(String operation) {
        OperationStatus known = operations.get(operation);
        say(
                OperationStatus.newBuilder()
                        .setOperationId(OperationID.newBuilder().setValue(operation))
                        .setState(known == null ? OperationState.OPERATION_UNKNOWN : known.getState())
                        .build());
    }

    /** What still waits for an acknowledgement, runs, or is offered. */
    List<String> open() {
        List<String> open = new ArrayList<>(tasks.keySet());
        open.addAll(operations.keySet());
        open.addAll(offers.keySet());
        return open;
    }
}
