package dev.capstan.backend.mesos;

import com.google.protobuf.ByteString;

import dev.capstan.mesos.resource.ResourceBag;
import dev.capstan.testing.Simulation;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.MasterInfo;
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
import org.apache.mesos.v1.Protos.TimeInfo;
import org.apache.mesos.v1.Protos.Unavailability;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A leading master with its agents, as far as a framework can tell it from a real one: who is subscribed, what is
 * offered, which tasks it knows of. A failover makes it forget all but which agents there are; they bring the rest with
 * them when they come back.
 */
final class SimulatedMesos {
    static final String ROLE = "dev";
    static final double HEARTBEAT_SECONDS = 15;
    private static final Duration ALLOCATION = Duration.ofSeconds(1);
    private static final Duration PINGS = Duration.ofSeconds(75);
    private static final Duration REREGISTRATION = Duration.ofMinutes(10);
    private static final int MEGABYTES_PER_CPU = 1_024;

    private final Simulation simulation;
    private final MesosFaults faults;
    private final boolean hasDisks;
    private final SequencedMap<String, SimulatedAgent> agents = new LinkedHashMap<>();
    private final SequencedMap<String, Framework> frameworks = new LinkedHashMap<>();
    private final SequencedSet<String> removed = new LinkedHashSet<>();
    private final SequencedMap<String, Offered> offers = new LinkedHashMap<>();
    private final SequencedSet<String> everLaunched = new LinkedHashSet<>();
    private Consumer<String> executorIsUp = _ -> {};
    private Readiness readiness = Readiness.LEADS;
    private int term;
    private int nextFramework;
    private int nextAgent;
    private long nextOffer;
    private boolean allocates;
    private int machinesDown;
    private int joined;
    private final SequencedMap<String, Asked> inverseOffers = new LinkedHashMap<>();
    private final Map<String, Long> askedAgainFrom = new HashMap<>(); // looked up, never iterated

    /** Whether somebody can subscribe. */
    enum Readiness {
        NOBODY_LEADS,
        RECOVERING,
        LEADS
    }

    /** An offer that was not answered. */
    private record Offered(String id, Framework framework, SimulatedAgent agent, ResourceBag resources, long since) {}

    /** A request to leave an agent that was not answered. */
    private record Asked(String id, Framework framework, SimulatedAgent agent) {}

    private record Filter(ResourceBag resources, long untilNanos) {}

    /** What the master knows of a task. */
    private static final class Known {
        final String id;
        final SimulatedAgent agent;
        final ResourceBag resources;

        /** Null for one that is in none. */
        final SimulatedAgent.@Nullable Group group;

        TaskState state;
        ByteString uuid = ByteString.EMPTY;

        Known(
                String id,
                SimulatedAgent agent,
                ResourceBag resources,
                SimulatedAgent.@Nullable Group group,
                TaskState state) {
            this.id = id;
            this.agent = agent;
            this.resources = resources;
            this.group = group;
            this.state = state;
        }
    }

    /** What the master knows of an operation whose end was not acknowledged. */
    private record KnownChange(SimulatedAgent agent, OperationState state, ByteString uuid) {}

    private static final class Framework {
        final String id;
        FrameworkInfo info;
        final SequencedMap<String, Known> tasks = new LinkedHashMap<>();
        final SequencedMap<String, KnownChange> changes = new LinkedHashMap<>();
        final SequencedMap<String, List<Filter>> filters = new LinkedHashMap<>();
        @Nullable SimulatedConversation stream;
        boolean suppressed;
        int absences;

        Framework(String id, FrameworkInfo info) {
            this.id = id;
            this.info = info;
        }
    }

    SimulatedMesos(Simulation simulation, MesosFaults faults) {
        this(simulation, faults, false);
    }

    /**
     * @param hasDisks whether its agents have disks, which executors of groups need
     */
    SimulatedMesos(Simulation simulation, MesosFaults faults, boolean hasDisks) {
        this.simulation = simulation;
        this.faults = faults;
        this.hasDisks = hasDisks;
        for (int i = 0; i < faults.agents; i++) {
            addAgent();
        }
    }

    /** Who is told that the process of an executor is there, and would register. */
    void onExecutorUp(Consumer<String> listener) {
        executorIsUp = listener;
    }

    void executorIsUp(String task) {
        executorIsUp.accept(task);
    }

    private void addAgent() {
        String id = "agent-" + nextAgent++;
        ResourceBag total =
                ResourceBag.of(
                        List.of(
                                scalar("cpus", faults.cpusPerAgent),
                                scalar("mem", (faults.cpusPerAgent + 1) * MEGABYTES_PER_CPU),
                                ports()));
        ResourceBag disk = hasDisks ? ResourceBag.of(List.of(scalar("disk", 10_000))) : ResourceBag.EMPTY;
        agents.put(id, new SimulatedAgent(id, total.plus(disk), simulation, faults, this));
    }

    private static Resource scalar(String name, double value) {
        return allocated(name, Value.Type.SCALAR).setScalar(Value.Scalar.newBuilder().setValue(value)).build();
    }

    private static Resource ports() {
        return allocated("ports", Value.Type.RANGES)
                .setRanges(Value.Ranges.newBuilder().addRange(Value.Range.newBuilder().setBegin(31_000).setEnd(31_009)))
                .build();
    }

    private static Resource.Builder allocated(String name, Value.Type type) {
        return Resource.newBuilder()
                .setName(name)
                .setType(type)
                .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole(ROLE));
    }

    static boolean isTerminal(TaskState state) {
        return switch (state) {
            case TASK_FINISHED, TASK_FAILED, TASK_KILLED, TASK_ERROR, TASK_DROPPED, TASK_GONE, TASK_GONE_BY_OPERATOR ->
                    true;
            case TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING, TASK_LOST, TASK_UNREACHABLE, TASK_UNKNOWN ->
                    false;
        };
    }

    // subscriptions

    Readiness readiness() {
        return readiness;
    }

    void subscribe(SimulatedConversation stream, Call call) {
        FrameworkInfo info = call.getSubscribe().getFrameworkInfo();
        String id = info.hasId() ? info.getId().getValue() : "framework-" + nextFramework++;
        if (removed.contains(id)) {
            stream.tell(error("Framework has been removed"));
            stream.endOrderly();
            return;
        }
        Framework framework = frameworks.computeIfAbsent(id, _ -> new Framework(id, info));
        framework.info = info;
        SimulatedConversation older = framework.stream;
        if (older != null) {
            older.tell(error("Framework failed over"));
            older.endOrderly();
        }
        voidOffers(framework);
        framework.filters.clear();
        framework.stream = stream;
        framework.absences++;
        framework.suppressed = call.getSubscribe().getSuppressedRolesList().contains(ROLE);
        stream.tell(subscribed(id));
        heartbeat(framework, stream);
        for (SimulatedAgent agent : agents.values()) {
            if (agent.isConnected()) {
                agent.fromMaster(agent::resumeUpdates);
            }
        }
        allocateSoon();
    }

    private static Event subscribed(String id) {
        return Event.newBuilder()
                .setType(Event.Type.SUBSCRIBED)
                .setSubscribed(
                        Event.Subscribed.newBuilder()
                                .setFrameworkId(FrameworkID.newBuilder().setValue(id))
                                .setHeartbeatIntervalSeconds(HEARTBEAT_SECONDS)
                                .setMasterInfo(
                                        MasterInfo.newBuilder()
                                                .setId("master")
                                                .setIp(0)
                                                .setPort(5050)
                                                .setHostname("master.test")))
                .build();
    }

    private static Event error(String message) {
        return Event.newBuilder()
                .setType(Event.Type.ERROR)
                .setError(Event.Error.newBuilder().setMessage(message))
                .build();
    }

    private void heartbeat(Framework framework, SimulatedConversation stream) {
        if (framework.stream == stream) {
            stream.tell(Event.newBuilder().setType(Event.Type.HEARTBEAT).build());
            simulation.at(Duration.ofSeconds(15), () -> heartbeat(framework, stream));
        }
    }

    boolean isSubscribed(SimulatedConversation stream) {
        return frameworkOf(stream) != null;
    }

    private @Nullable Framework frameworkOf(SimulatedConversation stream) {
        for (Framework framework : frameworks.values()) {
            if (framework.stream == stream) {
                return framework;
            }
        }
        return null;
    }

    void onDisconnected(SimulatedConversation stream) {
        Framework framework = frameworkOf(stream);
        if (framework != null) {
            framework.stream = null;
            voidOffers(framework);
            awaitReturn(framework);
        }
    }

    private void voidOffers(Framework framework) {
        inverseOffers.values().removeIf(asked -> asked.framework() == framework);
        offers.values().removeIf(offer -> offer.framework() == framework);
    }

    private void awaitReturn(Framework framework) {
        int absence = ++framework.absences;
        Duration patience = Duration.ofMillis(Math.round(framework.info.getFailoverTimeout() * 1_000));
        simulation.at(
                patience,
                () -> {
                    if (framework.absences == absence && frameworks.get(framework.id) == framework) {
                        remove(framework);
                    }
                });
    }

    private void remove(Framework framework) {
        SimulatedConversation stream = framework.stream;
        if (stream != null) {
            stream.endOrderly();
        }
        voidOffers(framework);
        frameworks.remove(framework.id);
        removed.add(framework.id);
        for (SimulatedAgent agent : agents.values()) {
            agent.fromMaster(() -> agent.shutDown(framework.id));
        }
    }

    // calls

    void onCall(SimulatedConversation stream, Call call) {
        Framework framework = Objects.requireNonNull(frameworkOf(stream));
        switch (call.getType()) {
            case ACCEPT -> onAccept(framework, call.getAccept());
            case DECLINE ->
                    call.getDecline()
                            .getOfferIdsList()
                            .forEach(id -> {
                                Offered offer = taken(framework, id.getValue());
                                if (offer != null) {
                                    refuse(
                                            framework,
                                            offer.agent(),
                                            offer.resources(),
                                            call.getDecline().getFilters().getRefuseSeconds());
                                }
                            });
            case REVIVE -> {
                framework.suppressed = false;
                framework.filters.clear();
                allocateSoon();
                simulation.at(Duration.ofMillis(7), this::allocate);
            }
            case SUPPRESS -> framework.suppressed = true;
            case ACKNOWLEDGE -> onAcknowledge(framework, call.getAcknowledge());
            case RECONCILE -> onReconcile(framework, call.getReconcile());
            case KILL -> onKill(framework, call.getKill());
            case TEARDOWN -> remove(framework);
            case ACKNOWLEDGE_OPERATION_STATUS -> onAcknowledge(framework, call.getAcknowledgeOperationStatus());
            case RECONCILE_OPERATIONS ->
                    call.getReconcileOperations()
                            .getOperationsList()
                            .forEach(each ->
                                    answerChange(
                                            framework, each.getOperationId().getValue(), each.getAgentId().getValue()));
            case ACCEPT_INVERSE_OFFERS ->
                    call.getAcceptInverseOffers()
                            .getInverseOfferIdsList()
                            .forEach(id ->
                                    onInverseAnswered(
                                            id.getValue(),
                                            call.getAcceptInverseOffers().getFilters().getRefuseSeconds()));
            default -> throw simulation.failure("the simulated master was not prepared for " + call.getType());
        }
    }

    private @Nullable Offered taken(Framework framework, String id) {
        Offered offer = offers.get(id);
        if (offer == null || offer.framework() != framework) {
            return null;
        }
        offers.remove(id);
        return offer;
    }

    private void refuse(Framework framework, SimulatedAgent agent, ResourceBag resources, double seconds) {
        long until = simulation.nowNanos() + Math.round(seconds * 1e9);
        framework.filters.computeIfAbsent(agent.id, _ -> new ArrayList<>()).add(new Filter(resources, until));
    }

    private void onAccept(Framework framework, Call.Accept accept) {
        ResourceBag rest = ResourceBag.EMPTY;
        SimulatedAgent agent = null;
        boolean valid = true;
        for (OfferID id : accept.getOfferIdsList()) {
            Offered offer = taken(framework, id.getValue());
            if (offer == null || agent != null && agent != offer.agent()) {
                valid = false;
            } else {
                agent = offer.agent();
                rest = rest.plus(offer.resources());
            }
        }
        boolean mayLack = false;
        for (Offer.Operation operation : accept.getOperationsList()) {
            if (operation.hasId()) {
                ResourceBag before = rest;
                rest = change(framework, valid ? agent : null, operation, rest, mayLack);
                mayLack |= rest.equals(before); // what was to be reserved
                continue;
            }
            if (operation.hasLaunchGroup() && valid && agent != null) {
                mayLack = true; // what its executor takes, if it has ended and the framework has not heard of that
                rest = launchGroup(framework, agent, operation.getLaunchGroup(), rest);
                continue;
            }
            for (TaskInfo task : tasks(operation)) {
                if (!everLaunched.add(task.getTaskId().getValue())) {
                    throw simulation.failure("a second task by the name " + task.getTaskId().getValue());
                }
                if (!valid || agent == null) {
                    tellOf(
                            framework,
                            task.getTaskId().getValue(),
                            task.getAgentId().getValue(),
                            lostOr(framework, TaskState.TASK_DROPPED),
                            TaskStatus.Reason.REASON_INVALID_OFFERS);
                } else if (mayLack && !rest.contains(ResourceBag.of(task.getResourcesList()))) {
                    tellOf(
                            framework,
                            task.getTaskId().getValue(),
                            agent.id,
                            TaskState.TASK_ERROR,
                            TaskStatus.Reason.REASON_TASK_INVALID);
                } else {
                    rest = launch(framework, agent, task, rest);
                }
            }
        }
        if (agent != null && !rest.isEmpty()) {
            refuse(framework, agent, rest, accept.getFilters().getRefuseSeconds());
        }
    }

    private ResourceBag launch(Framework framework, SimulatedAgent agent, TaskInfo task, ResourceBag offered) {
        String id = task.getTaskId().getValue();
        ResourceBag resources = ResourceBag.of(task.getResourcesList());
        if (!offered.contains(resources)) {
            throw simulation.failure(id + " uses " + resources + " where " + offered + " is offered");
        }
        if (!task.getAgentId().getValue().equals(agent.id)) {
            throw simulation.failure(id + " is for another agent than the one that made the offer");
        }
        begin(framework, agent, id, resources, null);
        return offered.minus(resources);
    }

    private void begin(
            Framework framework,
            SimulatedAgent agent,
            String id,
            ResourceBag resources,
            SimulatedAgent.@Nullable Group group) {
        framework.tasks.put(id, new Known(id, agent, resources, group, TaskState.TASK_STAGING));
        agent.fromMaster(() -> agent.run(id, framework.id, resources, group));
    }

    static List<TaskInfo> tasks(Offer.Operation operation) {
        return operation.hasLaunchGroup()
                ? operation.getLaunchGroup().getTaskGroup().getTasksList()
                : operation.getLaunch().getTaskInfosList();
    }

    /** All or none: under an executor that is there, if it is said to be as it is, or under a new one. */
    private ResourceBag launchGroup(
            Framework framework, SimulatedAgent agent, Offer.Operation.LaunchGroup launch, ResourceBag offered) {
        List<TaskInfo> tasks = launch.getTaskGroup().getTasksList();
        ResourceBag needed = ResourceBag.EMPTY;
        for (TaskInfo task : tasks) {
            if (!everLaunched.add(task.getTaskId().getValue())) {
                throw simulation.failure("a second task by the name " + task.getTaskId().getValue());
            }
            needed = needed.plus(ResourceBag.of(task.getResourcesList()));
        }
        var group = new SimulatedAgent.Group("group-" + nextOffer++, launch.getExecutor());
        SimulatedAgent.Group known = running(framework, agent, group.executorId());
        if (known == null) {
            needed = needed.plus(group.executorResources());
        }
        boolean differs = known != null && !known.executor().equals(group.executor());
        if (differs || !offered.contains(needed)) {
            for (TaskInfo task : tasks) {
                tellOf(
                        framework,
                        task.getTaskId().getValue(),
                        agent.id,
                        TaskState.TASK_ERROR,
                        TaskStatus.Reason.REASON_TASK_GROUP_INVALID);
            }
            return offered;
        }
        joined += known == null ? 0 : 1;
        for (TaskInfo task : tasks) {
            begin(framework, agent, task.getTaskId().getValue(), ResourceBag.of(task.getResourcesList()), group);
        }
        return offered.minus(needed);
    }

    private static SimulatedAgent.@Nullable Group running(Framework framework, SimulatedAgent agent, String executor) {
        for (Known known : framework.tasks.values()) {
            SimulatedAgent.Group group = known.group;
            boolean isHere = known.agent == agent && !isTerminal(known.state);
            if (isHere && group != null && group.executorId().equals(executor)) {
                return group;
            }
        }
        return null;
    }

    // operations

    /** What is reserved or given back is so at once; the agent says later that it has ended. */
    private ResourceBag change(
            Framework framework,
            @Nullable SimulatedAgent agent,
            Offer.Operation operation,
            ResourceBag offered,
            boolean mayLack) {
        String id = operation.getId().getValue();
        if (!everLaunched.add("operation " + id)) {
            throw simulation.failure("a second operation by the name " + id);
        }
        boolean reserves = operation.hasReserve();
        List<Resource> bound =
                reserves ? operation.getReserve().getResourcesList() : operation.getUnreserve().getResourcesList();
        ResourceBag reserved = ResourceBag.of(bound);
        ResourceBag loose =
                ResourceBag.of(bound.stream().map(each -> each.toBuilder().clearReservations().build()).toList());
        ResourceBag consumed = reserves ? loose : reserved;
        ResourceBag converted = reserves ? reserved : loose;
        boolean lacks = !agentHas(agent, consumed) || mayLack && !offered.contains(consumed);
        if (agent == null || lacks || faults.refusesCall()) {
            tellOfChange(framework, id, "", OperationState.OPERATION_ERROR, ByteString.EMPTY);
            return offered;
        }
        if (!offered.contains(consumed)) {
            throw simulation.failure(id + " changes " + consumed + " where " + offered + " is offered");
        }
        agent.total = agent.total.minus(consumed).plus(converted);
        framework.changes.put(id, new KnownChange(agent, OperationState.OPERATION_PENDING, ByteString.EMPTY));
        agent.fromMaster(() -> agent.apply(id, framework.id, consumed, converted));
        return offered.minus(consumed).plus(converted);
    }

    private static boolean agentHas(@Nullable SimulatedAgent agent, ResourceBag resources) {
        return agent != null && agent.total.contains(resources);
    }

    void onChange(SimulatedAgent agent, SimulatedAgent.Change change) {
        Framework framework = frameworks.get(change.framework());
        if (framework == null) {
            return;
        }
        ByteString uuid = change.status().getUuid().getValue();
        framework.changes.put(change.id(), new KnownChange(agent, change.status().getState(), uuid));
        tellOfChange(framework, change.id(), agent.id, change.status().getState(), uuid);
        allocateSoon();
    }

    private void onAcknowledge(Framework framework, Call.AcknowledgeOperationStatus acknowledge) {
        String id = acknowledge.getOperationId().getValue();
        SimulatedAgent agent = agents.get(acknowledge.getAgentId().getValue());
        KnownChange known = framework.changes.get(id);
        if (known != null && known.uuid().equals(acknowledge.getUuid())) {
            framework.changes.remove(id);
        }
        if (agent != null) {
            agent.fromMaster(() -> agent.acknowledgeChange(id, acknowledge.getUuid()));
        }
    }

    private void answerChange(Framework framework, String id, String agentId) {
        KnownChange known = framework.changes.get(id);
        SimulatedAgent agent = agents.get(agentId);
        if (known != null) {
            tellOfChange(framework, id, agentId, known.state(), known.uuid());
            return;
        }
        OperationState state =
                agent == null
                        ? OperationState.OPERATION_UNKNOWN
                        : switch (agent.standing) {
                            case REGISTERED -> OperationState.OPERATION_UNKNOWN;
                            case AWAY -> OperationState.OPERATION_RECOVERING;
                            case UNREACHABLE -> OperationState.OPERATION_UNREACHABLE;
                            case GONE ->
                                    agent.isForgotten
                                            ? OperationState.OPERATION_UNKNOWN
                                            : OperationState.OPERATION_GONE_BY_OPERATOR;
                        };
        tellOfChange(framework, id, agentId, state, ByteString.EMPTY);
    }

    /** Of what has a uuid an agent waits to hear that it was taken. */
    private static void tellOfChange(
            Framework framework, String id, String agentId, OperationState state, ByteString uuid) {
        SimulatedConversation stream = framework.stream;
        if (stream == null) {
            return;
        }
        OperationStatus.Builder status =
                OperationStatus.newBuilder().setOperationId(OperationID.newBuilder().setValue(id)).setState(state);
        if (!agentId.isEmpty()) {
            status.getAgentIdBuilder().setValue(agentId);
        }
        if (!uuid.isEmpty()) {
            status.getUuidBuilder().setValue(uuid);
        }
        stream.tell(
                Event.newBuilder()
                        .setType(Event.Type.UPDATE_OPERATION_STATUS)
                        .setUpdateOperationStatus(Event.UpdateOperationStatus.newBuilder().setStatus(status))
                        .build());
    }

    /** What the agent has not heard of is dropped there; what it has ended is known here again. */
    private void compareChanges(SimulatedAgent agent) {
        agent.total = agent.own();
        for (SimulatedAgent.Change change : agent.changes()) {
            if (!removed.contains(change.framework())) {
                known(change.framework())
                        .changes
                        .put(
                                change.id(),
                                new KnownChange(
                                        agent, change.status().getState(), change.status().getUuid().getValue()));
            }
        }
        List<String> ended = agent.changes().stream().map(SimulatedAgent.Change::id).toList();
        for (Framework framework : frameworks.values()) {
            framework.changes.forEach((id, known) -> {
                if (known.agent() == agent && !ended.contains(id)) {
                    agent.fromMaster(() -> agent.drop(id, framework.id));
                }
            });
        }
    }

    /** An agent is given up: what was to be changed there is told to have ended so, without a uuid. */
    private static void loseChanges(Framework framework, SimulatedAgent agent, OperationState state) {
        for (var each : List.copyOf(framework.changes.entrySet())) {
            if (each.getValue().agent() == agent) {
                framework.changes.remove(each.getKey());
                tellOfChange(framework, each.getKey(), agent.id, state, ByteString.EMPTY);
            }
        }
    }

    private void onAcknowledge(Framework framework, Call.Acknowledge acknowledge) {
        SimulatedAgent agent = agents.get(acknowledge.getAgentId().getValue());
        if (agent == null) {
            return;
        }
        String id = acknowledge.getTaskId().getValue();
        Known known = framework.tasks.get(id);
        if (known != null && isTerminal(known.state) && known.uuid.equals(acknowledge.getUuid())) {
            framework.tasks.remove(id);
        }
        agent.fromMaster(() -> agent.acknowledge(id, acknowledge.getUuid()));
    }

    private void onReconcile(Framework framework, Call.Reconcile reconcile) {
        if (reconcile.getTasksCount() == 0) {
            for (Known known : framework.tasks.values()) {
                if (known.state != TaskState.TASK_UNREACHABLE) {
                    answer(framework, known.id, known.agent.id, known.state);
                }
            }
        }
        for (Call.Reconcile.Task task : reconcile.getTasksList()) {
            answer(framework, task.getTaskId().getValue(), task.getAgentId().getValue());
        }
    }

    private void onKill(Framework framework, Call.Kill kill) {
        String id = kill.getTaskId().getValue();
        Known known = framework.tasks.get(id);
        if (known == null || known.state == TaskState.TASK_UNREACHABLE) {
            answer(framework, id, kill.getAgentId().getValue());
        } else if (!isTerminal(known.state)) {
            known.agent.fromMaster(() -> known.agent.kill(id));
        }
    }

    /** Of a task that may be unknown; silent where an agent that has not come back may know better. */
    private void answer(Framework framework, String id, String agentId) {
        Known known = framework.tasks.get(id);
        SimulatedAgent agent = agents.get(agentId);
        if (known != null) {
            answer(framework, id, known.agent.id, known.state);
        } else if (agent == null) {
            if (agents.values().stream().noneMatch(each -> each.standing == SimulatedAgent.Standing.AWAY)) {
                answer(framework, id, agentId, lostOr(framework, TaskState.TASK_UNKNOWN));
            }
        } else {
            switch (agent.standing) {
                case REGISTERED -> answer(framework, id, agentId, lostOr(framework, TaskState.TASK_GONE));
                case UNREACHABLE -> answer(framework, id, agentId, lostOr(framework, TaskState.TASK_UNREACHABLE));
                case GONE ->
                        answer(
                                framework,
                                id,
                                agentId,
                                lostOr(
                                        framework,
                                        agent.isForgotten ? TaskState.TASK_UNKNOWN : TaskState.TASK_GONE_BY_OPERATOR));
                case AWAY -> {
                    // nobody knows yet
                }
            }
        }
    }

    private static TaskState lostOr(Framework framework, TaskState better) {
        boolean aware =
                framework.info.getCapabilitiesList().stream()
                        .anyMatch(each -> each.getType() == FrameworkInfo.Capability.Type.PARTITION_AWARE);
        return aware ? better : TaskState.TASK_LOST;
    }

    private void answer(Framework framework, String id, String agentId, TaskState state) {
        tellOf(framework, id, agentId, state, TaskStatus.Reason.REASON_RECONCILIATION);
    }

    /** What the master itself says about a task, for which it awaits no acknowledgement. */
    private void tellOf(Framework framework, String id, String agentId, TaskState state, TaskStatus.Reason reason) {
        tell(
                framework,
                TaskStatus.newBuilder()
                        .setTaskId(TaskID.newBuilder().setValue(id))
                        .setAgentId(AgentID.newBuilder().setValue(agentId))
                        .setState(state)
                        .setSource(TaskStatus.Source.SOURCE_MASTER)
                        .setReason(reason)
                        .build());
    }

    private static void tell(Framework framework, TaskStatus status) {
        SimulatedConversation stream = framework.stream;
        if (stream != null) {
            stream.tell(
                    Event.newBuilder()
                            .setType(Event.Type.UPDATE)
                            .setUpdate(Event.Update.newBuilder().setStatus(status))
                            .build());
        }
    }

    // offers

    private void allocateSoon() {
        if (!allocates) {
            allocates = true;
            simulation.at(
                    ALLOCATION,
                    () -> {
                        allocates = false;
                        allocate();
                    });
        }
    }

    private void allocate() {
        for (Framework framework : frameworks.values()) {
            SimulatedConversation stream = framework.stream;
            if (stream == null || framework.suppressed) {
                continue;
            }
            Event.Offers.Builder event = Event.Offers.newBuilder();
            for (SimulatedAgent agent : agents.values()) {
                offer(framework, agent, event);
            }
            if (event.getOffersCount() > 0) {
                stream.tell(Event.newBuilder().setType(Event.Type.OFFERS).setOffers(event).build());
            }
            askToLeave(framework, stream);
            allocateSoon();
        }
    }

    private void offer(Framework framework, SimulatedAgent agent, Event.Offers.Builder event) {
        ResourceBag free = agent.isConnected() && !agent.drains ? free(agent) : ResourceBag.EMPTY;
        if (free.milli("cpus") == 0 && free.milli("mem") < 32_000) {
            return;
        }
        List<Filter> filters = framework.filters.getOrDefault(agent.id, new ArrayList<>());
        filters.removeIf(filter -> filter.untilNanos() <= simulation.nowNanos());
        if (filters.stream().anyMatch(filter -> filter.resources().contains(free))) {
            return;
        }
        ResourceBag first = faults.repeats() ? half(free) : free;
        event.addOffers(made(framework, agent, first));
        ResourceBag second = free.minus(first);
        if (!second.isEmpty()) {
            event.addOffers(made(framework, agent, second));
        }
    }

    private static ResourceBag half(ResourceBag whole) {
        int cpus = (int) (whole.milli("cpus") / 2_000);
        ResourceBag half = cpus == 0 ? whole : ResourceBag.of(List.of(scalar("cpus", cpus)));
        return whole.contains(half) ? half : whole; // which may be reserved
    }

    private Offer made(Framework framework, SimulatedAgent agent, ResourceBag resources) {
        String id = "offer-" + nextOffer++;
        offers.put(id, new Offered(id, framework, agent, resources, simulation.nowNanos()));
        Offer.Builder offer =
                Offer.newBuilder()
                        .setId(OfferID.newBuilder().setValue(id))
                        .setFrameworkId(FrameworkID.newBuilder().setValue(framework.id))
                        .setAgentId(AgentID.newBuilder().setValue(agent.id))
                        .setHostname(agent.id + ".test")
                        .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole(ROLE))
                        .addAllResources(resources.toProtos());
        if (agent.downFromNanos != null) {
            offer.setUnavailability(unavailability(agent.downFromNanos));
        }
        return offer.build();
    }

    private static Unavailability unavailability(long fromNanos) {
        return Unavailability.newBuilder().setStart(TimeInfo.newBuilder().setNanoseconds(fromNanos)).build();
    }

    /** Asks for what the framework has on machines that are to go down; again when it has answered for a while. */
    private void askToLeave(Framework framework, SimulatedConversation stream) {
        Event.InverseOffers.Builder event = Event.InverseOffers.newBuilder();
        for (SimulatedAgent agent : agents.values()) {
            Long down = agent.downFromNanos;
            boolean isAsked =
                    inverseOffers.values().stream()
                            .anyMatch(asked -> asked.agent() == agent && asked.framework() == framework);
            boolean isUsed = framework.tasks.values().stream().anyMatch(known -> known.agent == agent);
            boolean isTime = askedAgainFrom.getOrDefault(agent.id, 0L) <= simulation.nowNanos();
            if (down != null && isUsed && !isAsked && isTime && agent.isConnected()) {
                String id = "inverse-" + nextOffer++;
                inverseOffers.put(id, new Asked(id, framework, agent));
                event.addInverseOffersBuilder()
                        .setId(OfferID.newBuilder().setValue(id))
                        .setFrameworkId(FrameworkID.newBuilder().setValue(framework.id))
                        .setAgentId(AgentID.newBuilder().setValue(agent.id))
                        .setUnavailability(unavailability(down));
            }
        }
        if (event.getInverseOffersCount() > 0) {
            stream.tell(Event.newBuilder().setType(Event.Type.INVERSE_OFFERS).setInverseOffers(event).build());
        }
    }

    private void onInverseAnswered(String id, double seconds) {
        Asked asked = inverseOffers.remove(id);
        if (asked != null) {
            askedAgainFrom.put(asked.agent().id, simulation.nowNanos() + Math.round(seconds * 1e9));
        }
    }

    private ResourceBag free(SimulatedAgent agent) {
        ResourceBag used = agent.others;
        Set<String> executors = new HashSet<>(); // each is counted once
        for (Framework framework : frameworks.values()) {
            for (Known known : framework.tasks.values()) {
                if (known.agent == agent && !isTerminal(known.state)) {
                    used = used.plus(known.resources);
                    SimulatedAgent.Group group = known.group;
                    if (group != null && executors.add(framework.id + " " + group.executorId())) {
                        used = used.plus(group.executorResources());
                    }
                }
            }
        }
        for (Offered offer : offers.values()) {
            if (offer.agent() == agent) {
                used = used.plus(offer.resources());
            }
        }
        if (!agent.total.contains(used)) {
            return ResourceBag.EMPTY; // tasks that were given up came back, where others have been put since
        }
        return agent.total.minus(used);
    }

    private void rescind(SimulatedAgent agent) {
        for (Offered offer : List.copyOf(offers.values())) {
            if (offer.agent() == agent) {
                rescind(offer);
            }
        }
    }

    private void rescind(Offered offer) {
        offers.remove(offer.id());
        SimulatedConversation stream = offer.framework().stream;
        if (stream != null) {
            stream.tell(
                    Event.newBuilder()
                            .setType(Event.Type.RESCIND)
                            .setRescind(
                                    Event.Rescind.newBuilder().setOfferId(OfferID.newBuilder().setValue(offer.id())))
                            .build());
        }
    }

    // agents

    void onStatus(SimulatedAgent agent, SimulatedAgent.Task task, TaskStatus status) {
        Framework framework = frameworks.get(task.framework);
        if (framework == null) {
            return;
        }
        Known known = framework.tasks.get(task.id);
        if (known != null) {
            known.state = status.getState();
            known.uuid = status.getUuid();
            if (isTerminal(known.state)) {
                allocateSoon();
            }
        }
        tell(framework, status);
    }

    private void onAgentUnreachable(SimulatedAgent agent) {
        agent.standing = SimulatedAgent.Standing.UNREACHABLE;
        agent.newSession();
        rescind(agent);
        for (Framework framework : frameworks.values()) {
            for (Known known : List.copyOf(framework.tasks.values())) {
                if (known.agent == agent && !isTerminal(known.state)) {
                    known.state = lostOr(framework, TaskState.TASK_UNREACHABLE);
                    tellOf(framework, known.id, agent.id, known.state, TaskStatus.Reason.REASON_AGENT_REMOVED);
                    known.state = TaskState.TASK_UNREACHABLE;
                }
            }
            framework.tasks.values().removeIf(known -> known.agent == agent && isTerminal(known.state));
            loseChanges(framework, agent, OperationState.OPERATION_UNREACHABLE);
            tellAgentLost(framework, agent);
        }
    }

    private static void tellAgentLost(Framework framework, SimulatedAgent agent) {
        SimulatedConversation stream = framework.stream;
        if (stream != null) {
            stream.tell(
                    Event.newBuilder()
                            .setType(Event.Type.FAILURE)
                            .setFailure(Event.Failure.newBuilder().setAgentId(AgentID.newBuilder().setValue(agent.id)))
                            .build());
        }
    }

    /** It comes back, with what runs there. */
    private void register(SimulatedAgent agent) {
        if (!agent.isThere() || readiness != Readiness.LEADS) {
            return;
        }
        boolean wasUnreachable = agent.standing == SimulatedAgent.Standing.UNREACHABLE;
        agent.newSession();
        agent.standing = SimulatedAgent.Standing.REGISTERED;
        rescind(agent);
        for (SimulatedAgent.Task task : agent.tasks()) {
            if (removed.contains(task.framework)) {
                agent.shutDown(task.framework);
            } else {
                Framework framework = known(task.framework);
                var known = new Known(task.id, agent, task.resources, task.group, task.state());
                framework.tasks.put(task.id, known);
                if (wasUnreachable) {
                    tellOf(framework, task.id, agent.id, task.state(), TaskStatus.Reason.REASON_AGENT_REREGISTERED);
                }
            }
        }
        SequencedSet<String> brought = new LinkedHashSet<>();
        agent.tasks().forEach(task -> brought.add(task.id));
        for (Framework framework : frameworks.values()) {
            for (Known known : List.copyOf(framework.tasks.values())) {
                if (known.agent == agent && !brought.contains(known.id)) {
                    framework.tasks.remove(known.id);
                    if (!isTerminal(known.state)) {
                        tellOf(
                                framework,
                                known.id,
                                agent.id,
                                lostOr(framework, TaskState.TASK_DROPPED),
                                TaskStatus.Reason.REASON_RECONCILIATION);
                    }
                }
            }
        }
        compareChanges(agent);
        agent.resumeUpdates();
        allocateSoon();
    }

    /** After a failover a framework may be known by what its agents say, before it comes back itself. */
    private Framework known(String id) {
        Framework framework = frameworks.get(id);
        if (framework == null) {
            framework =
                    new Framework(
                            id,
                            FrameworkInfo.newBuilder()
                                    .setUser("")
                                    .setName("recovered")
                                    .setFailoverTimeout(faults.failoverTimeout.toMillis() / 1e3)
                                    .build());
            frameworks.put(id, framework);
            awaitReturn(framework);
        }
        return framework;
    }

    // disasters

    void breakConnections() {
        streams().forEach(stream -> stream.breakNow("connection reset"));
    }

    void hangConnections(boolean callsToo) {
        streams().forEach(stream -> stream.hang(callsToo));
        List<SimulatedConversation> hanging = streams();
        simulation.at(faults.seconds(1, 200), () -> hanging.forEach(this::onDisconnected));
    }

    private List<SimulatedConversation> streams() {
        List<SimulatedConversation> streams = new ArrayList<>();
        for (Framework framework : frameworks.values()) {
            SimulatedConversation stream = framework.stream;
            if (stream != null) {
                streams.add(stream);
            }
        }
        return streams;
    }

    /** The leader ends; another one follows after a while. */
    void failOver() {
        int now = ++term;
        readiness = faults.chance(3) ? Readiness.RECOVERING : Readiness.NOBODY_LEADS;
        breakConnections();
        frameworks.clear();
        offers.clear();
        inverseOffers.clear();
        removed.clear();
        for (SimulatedAgent agent : agents.values()) {
            agent.newSession();
            if (agent.standing == SimulatedAgent.Standing.REGISTERED) {
                agent.standing = SimulatedAgent.Standing.AWAY;
            }
        }
        simulation.at(
                faults.seconds(1, faults.chance(8) ? 90 : 15),
                () -> {
                    if (term == now) {
                        readiness = Readiness.LEADS;
                        agents.values().forEach(agent -> registerSoon(agent, faults.seconds(0, 30)));
                    }
                });
        simulation.at(
                REREGISTRATION,
                () -> {
                    for (SimulatedAgent agent : agents.values()) {
                        if (term == now && agent.standing == SimulatedAgent.Standing.AWAY) {
                            onAgentUnreachable(agent);
                        }
                    }
                });
    }

    private void registerSoon(SimulatedAgent agent, Duration after) {
        int now = term;
        simulation.at(
                after,
                () -> {
                    if (term == now) {
                        register(agent);
                    }
                });
    }

    void rescindSomething() {
        offers.values().stream().skip(faults.below(1 + offers.size())).findFirst().ifPresent(this::rescind);
    }

    /** Another framework takes what is free, for a while. */
    void takeAwhile() {
        SimulatedAgent agent = someAgent();
        ResourceBag free = free(agent);
        agent.others = agent.others.plus(free);
        simulation.at(
                faults.seconds(1, 60),
                () -> {
                    agent.others = agent.others.minus(free);
                    allocateSoon();
                });
    }

    private SimulatedAgent someAgent() {
        return agents.values().stream().skip(faults.below(agents.size())).findFirst().orElseThrow();
    }

    void cutAgent(Duration time) {
        SimulatedAgent agent = someAgent();
        if (!agent.isThere()) {
            return;
        }
        agent.cutOff();
        pingsFail(agent);
        simulation.at(time, () -> mend(agent));
    }

    private void pingsFail(SimulatedAgent agent) {
        int now = term;
        simulation.at(
                PINGS,
                () -> {
                    boolean back = agent.isThere() && agent.isConnected();
                    if (!back && term == now && agent.standing == SimulatedAgent.Standing.REGISTERED) {
                        onAgentUnreachable(agent);
                    }
                });
    }

    private void mend(SimulatedAgent agent) {
        if (agent.standing != SimulatedAgent.Standing.GONE) {
            agent.mend();
            registerSoon(agent, faults.seconds(0, 5));
        }
    }

    void restartAgent() {
        SimulatedAgent agent = someAgent();
        if (!agent.isThere()) {
            return;
        }
        agent.goDown(faults.checkpoint);
        rescind(agent);
        if (!faults.checkpoint) {
            loseTasks(agent);
        }
        pingsFail(agent);
        simulation.at(
                faults.seconds(2, faults.chance(4) ? 120 : 10),
                () -> {
                    agent.comeUp();
                    registerSoon(agent, faults.seconds(0, 2));
                });
    }

    /** Its connection ends and it comes back at once; the master has given up tasks that were not to outlive that. */
    void blinkAgent() {
        SimulatedAgent agent = someAgent();
        if (!agent.isThere() || agent.standing != SimulatedAgent.Standing.REGISTERED) {
            return;
        }
        agent.cutOff();
        rescind(agent);
        if (!faults.checkpoint) {
            loseTasks(agent);
        }
        pingsFail(agent);
        simulation.at(faults.seconds(1, 8), () -> mend(agent));
    }

    private void loseTasks(SimulatedAgent agent) {
        for (Framework framework : frameworks.values()) {
            for (Known known : List.copyOf(framework.tasks.values())) {
                if (known.agent == agent) {
                    framework.tasks.remove(known.id);
                    tellOf(
                            framework,
                            known.id,
                            agent.id,
                            TaskState.TASK_LOST,
                            TaskStatus.Reason.REASON_AGENT_DISCONNECTED);
                }
            }
        }
    }

    /** A machine is to go down, and does; then there is a new one. */
    void planMaintenance() {
        SimulatedAgent agent = someAgent();
        if (!agent.isThere() || agent.downFromNanos != null) {
            return;
        }
        Duration until = faults.seconds(5, faults.chance(3) ? 300 : 60);
        long start = simulation.nowNanos() + until.toNanos();
        agent.downFromNanos = start;
        rescind(agent);
        allocateSoon();
        simulation.at(until, () -> goDownAsPlanned(agent, start));
    }

    private void goDownAsPlanned(SimulatedAgent agent, long start) {
        Long planned = agent.downFromNanos;
        if (planned == null || planned != start || agent.standing == SimulatedAgent.Standing.GONE) {
            return;
        }
        if (readiness != Readiness.LEADS) {
            simulation.at(Duration.ofSeconds(5), () -> goDownAsPlanned(agent, start));
            return;
        }
        takeInverseOffersBack(agent, false);
        agent.vanish();
        agent.isForgotten = true;
        agent.standing = SimulatedAgent.Standing.GONE;
        rescind(agent);
        loseTasks(agent);
        frameworks
                .values()
                .forEach(framework -> {
                    framework.changes.values().removeIf(known -> known.agent() == agent);
                    tellAgentLost(framework, agent);
                });
        machinesDown++;
        simulation.at(
                faults.seconds(1, 60),
                () -> {
                    machinesDown--;
                    addAgent();
                    allocateSoon();
                });
    }

    /** Whether a machine is down as planned, or will be. */
    boolean maintains() {
        return machinesDown > 0
                || agents.values().stream()
                        .anyMatch(
                                agent -> agent.downFromNanos != null && agent.standing != SimulatedAgent.Standing.GONE);
    }

    /** A machine is not to go down after all. */
    void cancelMaintenance() {
        for (SimulatedAgent agent : agents.values()) {
            if (agent.downFromNanos != null && agent.standing != SimulatedAgent.Standing.GONE) {
                agent.downFromNanos = null;
                takeInverseOffersBack(agent, true);
                rescind(agent);
                allocateSoon();
            }
        }
    }

    private void takeInverseOffersBack(SimulatedAgent agent, boolean tells) {
        for (Asked asked : List.copyOf(inverseOffers.values())) {
            SimulatedConversation stream = asked.framework().stream;
            if (asked.agent() == agent) {
                inverseOffers.remove(asked.id());
                if (stream != null && tells) {
                    stream.tell(
                            Event.newBuilder()
                                    .setType(Event.Type.RESCIND_INVERSE_OFFER)
                                    .setRescindInverseOffer(
                                            Event.RescindInverseOffer.newBuilder()
                                                    .setInverseOfferId(OfferID.newBuilder().setValue(asked.id())))
                                    .build());
                }
            }
        }
    }

    /** An operator wants an agent empty, and uses it again later. */
    void drainAgent() {
        SimulatedAgent agent = someAgent();
        if (!agent.isThere() || agent.standing != SimulatedAgent.Standing.REGISTERED) {
            return;
        }
        agent.drains = true;
        rescind(agent);
        agent.fromMaster(agent::drain);
        simulation.at(
                faults.seconds(5, 200),
                () -> {
                    agent.drains = false;
                    allocateSoon();
                });
    }

    /** The machine is lost; an operator says so later, and there is a new one. */
    void loseMachine() {
        SimulatedAgent agent = someAgent();
        if (!agent.isThere()) {
            return;
        }
        agent.vanish();
        pingsFail(agent);
        simulation.at(faults.seconds(10, 300), () -> markGone(agent));
    }

    private void markGone(SimulatedAgent agent) {
        if (readiness != Readiness.LEADS) {
            simulation.at(Duration.ofSeconds(5), () -> markGone(agent));
            return;
        }
        agent.standing = SimulatedAgent.Standing.GONE;
        rescind(agent);
        for (Framework framework : frameworks.values()) {
            for (Known known : List.copyOf(framework.tasks.values())) {
                if (known.agent == agent) {
                    framework.tasks.remove(known.id);
                    if (!isTerminal(known.state)) {
                        tellOf(
                                framework,
                                known.id,
                                agent.id,
                                lostOr(framework, TaskState.TASK_GONE_BY_OPERATOR),
                                TaskStatus.Reason.REASON_AGENT_REMOVED_BY_OPERATOR);
                    }
                }
            }
            loseChanges(framework, agent, OperationState.OPERATION_GONE_BY_OPERATOR);
            tellAgentLost(framework, agent);
        }
        addAgent();
        allocateSoon();
    }

    void crashExecutor() {
        SimulatedAgent agent = someAgent();
        agent.tasks().stream().skip(faults.below(1 + agent.tasks().size())).findFirst().ifPresent(agent::crash);
    }

    /** Somebody else subscribes by our id. */
    void impersonate() {
        for (Framework framework : List.copyOf(frameworks.values())) {
            SimulatedConversation stream = framework.stream;
            if (stream != null) {
                stream.tell(error("Framework failed over"));
                stream.endOrderly();
                framework.stream = null;
                voidOffers(framework);
                awaitReturn(framework);
            }
        }
    }

    /** An operator tears the framework down. */
    void removeFrameworks() {
        List.copyOf(frameworks.values()).forEach(this::remove);
    }

    /** The process of this executor ends by itself. */
    void crash(String executor) {
        for (SimulatedAgent agent : agents.values()) {
            agent.tasks().stream().filter(task -> task.id.equals(executor)).forEach(agent::crash);
        }
    }

    /** The processes of executors end whose driver is no more. */
    void endExecutorsOf(String prefix) {
        for (SimulatedAgent agent : agents.values()) {
            agent.tasks().stream().filter(task -> task.id.startsWith(prefix)).forEach(agent::crash);
        }
    }

    /** Whether what the framework says would arrive, here and at all agents. */
    boolean hears() {
        return streams().stream().anyMatch(SimulatedConversation::isAlive)
                && agents.values().stream()
                        .allMatch(agent ->
                                agent.standing == SimulatedAgent.Standing.GONE
                                        || agent.isThere() && agent.standing == SimulatedAgent.Standing.REGISTERED);
    }

    int launched() {
        return everLaunched.size();
    }

    // what really is

    /** Tasks that run, or whose end was not acknowledged. */
    List<String> tasks() {
        List<String> ids = new ArrayList<>();
        agents.values().forEach(agent -> agent.tasks().forEach(task -> ids.add(task.id)));
        return ids;
    }

    boolean allIsAcknowledged() {
        return agents.values().stream()
                .allMatch(agent ->
                        agent.changes().isEmpty() && agent.tasks().stream().allMatch(SimulatedAgent.Task::isSettled));
    }

    /** How many groups have joined an executor that ran. */
    int joined() {
        return joined;
    }

    /** How many executors of so many cores fit. */
    int capacity() {
        int fit = 0;
        for (SimulatedAgent agent : agents.values()) {
            if (agent.standing != SimulatedAgent.Standing.GONE) {
                int byCpus = faults.cpusPerAgent / faults.cpusPerExecutor;
                fit += faults.ports == 0 ? byCpus : Math.min(byCpus, 10 / faults.ports);
            }
        }
        return fit;
    }

    /** The oldest offer that was not answered, though its framework is there. */
    @Nullable Duration oldestOffer() {
        for (Offered offer : offers.values()) {
            SimulatedConversation stream = offer.framework().stream;
            if (stream != null && stream.isAlive()) {
                return Duration.ofNanos(simulation.nowNanos() - offer.since());
            }
        }
        return null;
    }
}
