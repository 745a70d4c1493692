package dev.capstan.devcluster.mesos.master;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.devcluster.mesos.message.Outbox;
import dev.capstan.devcluster.mesos.message.Reply;
import dev.capstan.devcluster.mesos.message.TaskStates;
import dev.capstan.devcluster.mesos.message.Uuids;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Task;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.TimeInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;

/**
 * A Mesos master as frameworks and agents see it.
 *
 * <p>It alone owns who is registered, which tasks there are, and what is offered to whom. Nothing is durable: like a
 * real master after a restart it learns of tasks from the agents that come back, and forgets which frameworks were torn
 * down.
 *
 * <pre>
 * framework: (unknown) --SUBSCRIBE--> connected --stream closed--> away --failover time-out--> removed
 *                                        ^---------SUBSCRIBE--------'
 * agent:     (unknown) --RegisterAgent--> active --link broke--> disconnected --pings missed--> unreachable
 *                                        ^-----RegisterAgent-----'--------------------------------'
 * </pre>
 *
 * <p>Invariants: the resources of an agent are free, offered to one framework, or used by its tasks and executors; a
 * framework has one stream at a time; an update with a uuid is passed on as the agent sent it.
 */
public final class Master implements Actor<MasterMessage> {
    private static final System.Logger LOG = System.getLogger(Master.class.getName());
    private static final String VERSION = "1.12.0";
    private static final double NANOS = 1e9;

    private final MasterConfig config;
    private final MasterInfo info;
    private final RandomGenerator random;
    private final long wallMinusNow;
    private final Outbox out = new Outbox();
    private final Offers offers;
    private final Allocation.Served served = new Allocation.Served();
    private final Map<FrameworkID, Framework> frameworks = new LinkedHashMap<>();
    private final SequencedMap<FrameworkID, Framework> removed = new LinkedHashMap<>();
    private final Map<AgentID, Agent> agents = new LinkedHashMap<>();
    private final Map<AgentID, TimeInfo> unreachable = new LinkedHashMap<>();
    private final Map<Address, Framework> streams = new LinkedHashMap<>();
    private long now;
    private int frameworkCount;
    private int agentCount;
    private boolean silent;
    private int updatesToDrop;
    private int updateTimes = 1;

    /**
     * @param id that ids of frameworks, agents and offers begin with
     * @param port where it is reached
     * @param wallMinusNow what the time given with messages lacks to be nanoseconds since 1970
     */
    public Master(MasterConfig config, String id, int port, RandomGenerator random, long wallMinusNow) {
        this.config = config;
        this.random = random;
        this.wallMinusNow = wallMinusNow;
        this.info = masterInfo(config, id, port);
        this.offers = new Offers(config, id, out);
    }

    @SuppressWarnings("deprecation") // the address in its old form, which is required still
    private static MasterInfo masterInfo(MasterConfig config, String id, int port) {
        String[] numbers = config.ip().split("\\.", -1);
        int ip = 0;
        for (int i = numbers.length - 1; i >= 0; i--) {
            ip = ip << 8 | Integer.parseInt(numbers[i]);
        }
        return MasterInfo.newBuilder()
                .setId(id)
                .setIp(ip)
                .setPort(port)
                .setPid("master@" + config.ip() + ":" + port)
                .setHostname(config.hostname())
                .setVersion(VERSION)
                .setAddress(
                        org.apache.mesos.v1.Protos.Address.newBuilder()
                                .setHostname(config.hostname())
                                .setIp(config.ip())
                                .setPort(port))
                .addCapabilities(capability(MasterInfo.Capability.Type.AGENT_UPDATE))
                .addCapabilities(capability(MasterInfo.Capability.Type.AGENT_DRAINING))
                .build();
    }

    private static MasterInfo.Capability capability(MasterInfo.Capability.Type type) {
        return MasterInfo.Capability.newBuilder().setType(type).build();
    }

    /** What others are told about this master. */
    public MasterInfo info() {
        return info;
    }

    @Override
    public List<Effect> on(MasterMessage message, long nowNanos) {
        now = nowNanos;
        switch (message) {
            case MasterMessage.SchedulerCall call -> onSchedulerCall(call);
            case MasterMessage.OperatorCall(var from, var call) -> onOperatorCall(from, call);
            case MasterMessage.StreamClosed(var stream) -> onStreamClosed(stream);
            case MasterMessage.RegisterAgent register -> onRegisterAgent(register);
            case MasterMessage.UpdateArrived(var agent, var framework, var status, var latest) ->
                    onUpdate(agent, framework, status, latest);
            case MasterMessage.ExecutorExited exited -> onExecutorExited(exited);
            case MasterMessage.ExecutorTold(var agent, var framework, var executor, var data) ->
                    tell(
                            framework,
                            Event.newBuilder()
                                    .setType(Event.Type.MESSAGE)
                                    .setMessage(
                                            Event.Message.newBuilder()
                                                    .setAgentId(agent)
                                                    .setExecutorId(executor)
                                                    .setData(data))
                                    .build());
            case MasterMessage.Pong(var agent) -> onPong(agent);
            case MasterMessage.AgentLinkBroke(var address) -> onAgentLinkBroke(address);
            case MasterMessage.Allocate() -> onAllocate();
            case MasterMessage.Beat(var stream) -> onBeat(stream);
            case MasterMessage.FailoverExpired(var framework) -> remove(framework);
            case MasterMessage.OfferExpired(var offer) -> offers.rescind(offer);
            case MasterMessage.PingAgent(var agent) -> onPingAgent(agent);
            case MasterMessage.SilenceHeartbeats(var be) -> silent = be;
            case MasterMessage.DropUpdates(var count) -> updatesToDrop = count;
            case MasterMessage.RepeatUpdates(var times) -> updateTimes = times;
            case MasterMessage.RescindAll() -> offers.rescind(_ -> true);
        }
        return out.drain();
    }

    // Calls

    private void onSchedulerCall(MasterMessage.SchedulerCall message) {
        Call call = message.call();
        if (call.getType() == Call.Type.SUBSCRIBE) {
            onSubscribe(message);
            return;
        }
        Framework framework = frameworks.get(call.getFrameworkId());
        Reply refusal = refusal(framework, message);
        if (refusal != null || framework == null) {
            out.send(message.from(), refusal == null ? new Reply.Refused(400, "Framework cannot be found") : refusal);
            return;
        }
        if (call.getType() == Call.Type.UPDATE_FRAMEWORK) {
            out.send(message.from(), onUpdateFramework(framework, call.getUpdateFramework()));
            return;
        }
        out.send(message.from(), new Reply.Accepted());
        carryOut(framework, call);
    }

    private static @Nullable Reply refusal(@Nullable Framework framework, MasterMessage.SchedulerCall message) {
        if (framework == null) {
            return new Reply.Refused(400, "Framework cannot be found");
        }
        String principal = message.principal();
        if (principal != null && framework.info.hasPrincipal() && !framework.info.getPrincipal().equals(principal)) {
            return new Reply.Refused(400, CallCheck.otherPrincipal(principal, framework.info));
        }
        if (!framework.isConnected()) {
            return new Reply.Refused(403, "Framework is not subscribed");
        }
        if (message.streamId() == null) {
            return new Reply.Refused(400, "All non-subscribe calls should include the 'Mesos-Stream-Id' header");
        }
        if (!message.streamId().equals(framework.streamId)) {
            return new Reply.Refused(
                    400,
                    "The stream ID '"
                            + message.streamId()
                            + "' included in this request didn't match the stream ID currently associated with"
                            + " framework ID "
                            + framework.id.getValue());
        }
        return null;
    }

    private void carryOut(Framework framework, Call call) {
        switch (call.getType()) {
            case TEARDOWN -> remove(framework.id);
            case ACCEPT -> new Acceptance(offers, framework, out, now, wall(), config).carryOut(call.getAccept());
            case DECLINE -> onDecline(framework, call.getDecline());
            case REVIVE -> onRevive(framework, call.getRevive().getRolesList());
            case SUPPRESS -> onSuppress(framework, call.getSuppress().getRolesList());
            case KILL -> onKill(framework, call.getKill());
            case SHUTDOWN ->
                    tell(
                            call.getShutdown().getAgentId(),
                            new AgentMessage.ShutdownExecutor(framework.id, call.getShutdown().getExecutorId()));
            case ACKNOWLEDGE -> onAcknowledge(framework, call.getAcknowledge());
            case RECONCILE -> onReconcile(framework, call.getReconcile());
            case MESSAGE ->
                    tell(
                            call.getMessage().getAgentId(),
                            new AgentMessage.TellExecutor(
                                    framework.id, call.getMessage().getExecutorId(), call.getMessage().getData()));
            case REQUEST,
                    ACCEPT_INVERSE_OFFERS,
                    DECLINE_INVERSE_OFFERS,
                    ACKNOWLEDGE_OPERATION_STATUS,
                    RECONCILE_OPERATIONS ->
                    LOG.log(System.Logger.Level.DEBUG, "{0} has no effect here", call.getType());
            case UNKNOWN, SUBSCRIBE, UPDATE_FRAMEWORK ->
                    throw new IllegalStateException(call.getType() + " is not for here");
        }
    }

    // Subscription

    private void onSubscribe(MasterMessage.SchedulerCall message) {
        if (message.streamId() != null) {
            out.send(
                    message.from(),
                    new Reply.Refused(400, "Subscribe calls should not include the 'Mesos-Stream-Id' header"));
            return;
        }
        Call.Subscribe subscribe = message.call().getSubscribe();
        String streamId = Uuids.random(random).toString();
        out.send(message.from(), new Reply.Opened(streamId));
        FrameworkInfo wanted = withPrincipal(subscribe.getFrameworkInfo(), message.principal());
        String fault = subscriptionFault(wanted, subscribe);
        if (fault != null) {
            endWithError(message.from(), fault);
            return;
        }
        Framework known = frameworks.get(wanted.getId());
        boolean wasActive = known != null && known.isConnected();
        Framework framework = known == null ? added(wanted) : returned(known, wanted);
        framework.suppressed.clear();
        framework.suppressed.addAll(subscribe.getSuppressedRolesList());
        framework.constraints = subscribe.getOfferConstraints();
        connect(framework, message.from(), streamId);
        if (known != null) {
            agents.keySet().forEach(agent -> tell(agent, new AgentMessage.FrameworkReturned(framework.id)));
        }
        if (!wasActive) {
            allocate();
        }
    }

    private static FrameworkInfo withPrincipal(FrameworkInfo info, @Nullable String principal) {
        return principal == null || info.hasPrincipal() ? info : info.toBuilder().setPrincipal(principal).build();
    }

    private @Nullable String subscriptionFault(FrameworkInfo wanted, Call.Subscribe subscribe) {
        return FrameworkCheck.wrongWith(wanted, subscribe.getSuppressedRolesList(), config)
                .or(() -> OfferFilters.wrongWith(wanted, subscribe.getOfferConstraints()))
                .orElse(removed.containsKey(wanted.getId()) ? "Framework has been removed" : null);
    }

    private Framework added(FrameworkInfo wanted) {
        FrameworkID id =
                wanted.getId().getValue().isEmpty()
                        ? FrameworkID.newBuilder()
                                .setValue(String.format(Locale.ROOT, "%s-%04d", info.getId(), frameworkCount++))
                                .build()
                        : wanted.getId();
        var framework = new Framework(id, wanted.toBuilder().setId(id).build(), wall());
        frameworks.put(id, framework);
        LOG.log(System.Logger.Level.INFO, "framework {0} ({1}) subscribed", id.getValue(), wanted.getName());
        return framework;
    }

    /** A framework is back, or another instance of it is here: the older stream ends. */
    private Framework returned(Framework framework, FrameworkInfo wanted) {
        List<String> roles = Capabilities.roles(wanted);
        offers.rescind(offer -> offer.framework() == framework && !roles.contains(offer.role()));
        offers.dropAll(framework);
        if (framework.stream != null) {
            Address old = framework.stream;
            disconnect(framework);
            endWithError(old, "Framework failed over");
        }
        framework.info = withFixedParts(framework.info, wanted);
        framework.forgetFilters();
        framework.subscribedWall = wall();
        out.disarm(failoverTimer(framework.id));
        return framework;
    }

    /** What cannot change stays as it was, silently. */
    private static FrameworkInfo withFixedParts(FrameworkInfo was, FrameworkInfo wanted) {
        return wanted.toBuilder().setId(was.getId()).setUser(was.getUser()).setCheckpoint(was.getCheckpoint()).build();
    }

    private void connect(Framework framework, Address stream, String streamId) {
        framework.stream = stream;
        framework.streamId = streamId;
        streams.put(stream, framework);
        emit(
                stream,
                Event.newBuilder()
                        .setType(Event.Type.SUBSCRIBED)
                        .setSubscribed(
                                Event.Subscribed.newBuilder()
                                        .setFrameworkId(framework.id)
                                        .setHeartbeatIntervalSeconds(config.heartbeatInterval().toNanos() / NANOS)
                                        .setMasterInfo(info))
                        .build());
        onBeat(stream);
    }

    private void disconnect(Framework framework) {
        if (framework.stream != null) {
            streams.remove(framework.stream);
            out.disarm(beatTimer(framework.stream));
            framework.stream = null;
            framework.streamId = null;
        }
    }

    private void endWithError(Address stream, String text) {
        emit(
                stream,
                Event.newBuilder()
                        .setType(Event.Type.ERROR)
                        .setError(Event.Error.newBuilder().setMessage(text))
                        .build());
        out.send(stream, new Reply.Ended());
    }

    private void onBeat(Address stream) {
        if (!streams.containsKey(stream)) {
            return;
        }
        if (!silent) {
            emit(stream, Event.newBuilder().setType(Event.Type.HEARTBEAT).build());
        }
        out.arm(beatTimer(stream), config.heartbeatInterval(), new MasterMessage.Beat(stream));
    }

    private void onStreamClosed(Address stream) {
        Framework framework = streams.get(stream);
        if (framework == null) {
            return;
        }
        disconnect(framework);
        offers.dropAll(framework);
        LOG.log(System.Logger.Level.INFO, "framework {0} is away", framework.id.getValue());
        double seconds = Math.max(0, framework.info.getFailoverTimeout());
        if (seconds == 0) {
            remove(framework.id);
        } else {
            out.arm(
                    failoverTimer(framework.id),
                    Duration.ofNanos((long) (seconds * NANOS)),
                    new MasterMessage.FailoverExpired(framework.id));
        }
    }

    private Reply onUpdateFramework(Framework framework, Call.UpdateFramework update) {
        FrameworkInfo wanted = update.getFrameworkInfo();
        String fault = UpdateCheck.fault(framework.info, wanted, update.getSuppressedRolesList(), config);
        String filters = OfferFilters.wrongWith(wanted, update.getOfferConstraints()).orElse(null);
        if (fault != null || filters != null) {
            return new Reply.Refused(400, fault != null ? fault : "'UpdateFramework' call is not valid: " + filters);
        }
        List<String> roles = Capabilities.roles(wanted);
        offers.rescind(offer -> offer.framework() == framework && !roles.contains(offer.role()));
        framework.info = withFixedParts(framework.info, withPrincipal(wanted, framework.info.getPrincipal()));
        framework.suppressed.clear();
        framework.suppressed.addAll(update.getSuppressedRolesList());
        framework.constraints = update.getOfferConstraints();
        allocate();
        return new Reply.Done();
    }

    /** A framework is gone for good: its tasks end, and it is not told. */
    private void remove(FrameworkID id) {
        Framework framework = frameworks.remove(id);
        if (framework == null) {
            return;
        }
        offers.dropAll(framework);
        for (KnownTask task : List.copyOf(framework.tasks.values())) {
            task.update(
                    Statuses.of(
                            TaskStatus.newBuilder().setTaskId(task.id()).setAgentId(task.agent()),
                            TaskState.TASK_KILLED,
                            TaskStatus.Reason.REASON_FRAMEWORK_REMOVED,
                            "Framework " + id.getValue() + " removed",
                            wall()),
                    TaskState.TASK_KILLED);
            framework.complete(task);
        }
        for (Agent agent : agents.values()) {
            agent.recoverAll(id);
            agent.removeExecutors(id);
            tell(agent.id, new AgentMessage.ShutdownFramework(id));
        }
        if (framework.stream != null) {
            Address stream = framework.stream;
            disconnect(framework);
            out.send(stream, new Reply.Ended());
        }
        out.disarm(failoverTimer(id));
        removed.put(id, framework);
        LOG.log(System.Logger.Level.INFO, "framework {0} is removed", id.getValue());
    }

    // Offers

    private void onAllocate() {
        allocate();
        out.arm("allocate", config.allocationInterval(), new MasterMessage.Allocate());
    }

    private void allocate() {
        offers.make(new Allocation(agents.values(), frameworks.values(), config, served, now).run());
    }

    private void onDecline(Framework framework, Call.Decline decline) {
        for (var id : decline.getOfferIdsList()) {
            Offers.Held offer = offers.heldBy(framework, id);
            if (offer != null) {
                offers.giveBack(offer);
                Acceptance.refuse(
                        framework, offer.role(), offer.agent(), offer.resources(), decline.getFilters(), now, config);
            }
        }
    }

    private void onRevive(Framework framework, List<String> roles) {
        List<String> meant = roles.isEmpty() ? framework.roles() : roles;
        if (!framework.roles().containsAll(meant)) {
            return; // a role that is not its own: the call is ignored as a whole
        }
        framework.suppressed.removeAll(List.copyOf(meant));
        meant.forEach(framework::forgetFilters);
        allocate();
    }

    private static void onSuppress(Framework framework, List<String> roles) {
        List<String> meant = roles.isEmpty() ? framework.roles() : roles;
        if (framework.roles().containsAll(meant)) {
            framework.suppressed.addAll(meant);
        }
    }

    // Tasks

    private void onKill(Framework framework, Call.Kill kill) {
        KnownTask task = framework.tasks.get(kill.getTaskId());
        if (task == null) {
            answerAbout(framework, kill.getTaskId(), kill.hasAgentId() ? kill.getAgentId() : null);
        } else {
            tell(task.agent(), new AgentMessage.KillTask(framework.id, task.id(), kill.getKillPolicy()));
        }
    }

    private void onAcknowledge(Framework framework, Call.Acknowledge acknowledge) {
        Agent agent = agents.get(acknowledge.getAgentId());
        if (agent == null || agent.address == null) {
            return;
        }
        KnownTask task = framework.tasks.get(acknowledge.getTaskId());
        if (task != null && task.endsWith(acknowledge.getUuid())) {
            release(framework, task);
            framework.complete(task);
        }
        tell(
                agent.id,
                new AgentMessage.AcknowledgeUpdate(framework.id, acknowledge.getTaskId(), acknowledge.getUuid()));
    }

    private void onUpdate(AgentID agent, FrameworkID id, TaskStatus status, TaskState latest) {
        Framework framework = frameworks.get(id);
        if (framework == null || !agents.containsKey(agent)) {
            return;
        }
        if (updatesToDrop > 0) {
            updatesToDrop--;
            return;
        }
        KnownTask task = framework.tasks.get(status.getTaskId());
        if (task != null) {
            task.update(status, latest);
            release(framework, task);
        }
        for (int i = 0; i < updateTimes; i++) {
            update(framework, status);
        }
    }

    private void release(Framework framework, KnownTask task) {
        Agent agent = agents.get(task.agent());
        if (agent != null && task.release()) {
            agent.recover(framework.id, ResourceBag.of(task.resources()));
        }
    }

    private void onReconcile(Framework framework, Call.Reconcile reconcile) {
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
        update(
                framework,
                Statuses.of(
                        answer,
                        answer.getState(),
                        TaskStatus.Reason.REASON_RECONCILIATION,
                        "Reconciliation: Latest task state",
                        wall()));
    }

    private void answerAbout(Framework framework, TaskID task, @Nullable AgentID agent) {
        TaskStatus.Builder ids = TaskStatus.newBuilder().setTaskId(task);
        TaskState state = TaskState.TASK_UNKNOWN;
        String message = "Reconciliation: Task is unknown";
        if (agent != null) {
            ids.setAgentId(agent);
            if (agents.containsKey(agent)) {
                state = TaskState.TASK_GONE;
                message = "Reconciliation: Task is unknown to the agent";
            } else if (unreachable.containsKey(agent)) {
                state = TaskState.TASK_UNREACHABLE;
                message = "Reconciliation: Task is unreachable";
                ids.setUnreachableTime(unreachable.get(agent));
            }
        }
        update(
                framework,
                Statuses.of(
                        ids,
                        Statuses.forFramework(framework, state),
                        TaskStatus.Reason.REASON_RECONCILIATION,
                        message,
                        wall()));
    }

    // Agents

    private void onRegisterAgent(MasterMessage.RegisterAgent register) {
        AgentInfo wanted = register.info();
        AgentID id =
                wanted.hasId()
                        ? wanted.getId()
                        : AgentID.newBuilder().setValue(info.getId() + "-S" + agentCount++).build();
        boolean wasUnreachable = unreachable.remove(id) != null;
        Agent known = agents.get(id);
        Agent agent = new Agent(id, wanted.toBuilder().setId(id).build(), register.from(), wall());
        if (known != null) {
            offers.rescind(offer -> offer.agent() == known);
        }
        agents.put(id, agent);
        register.frameworks().forEach(this::recovered);
        for (ExecutorInfo executor : register.executors()) {
            if (frameworks.containsKey(executor.getFrameworkId())) {
                agent.addExecutor(executor.getFrameworkId(), executor);
                agent.allocate(executor.getFrameworkId(), ResourceBag.of(executor.getResourcesList()));
            }
        }
        register.tasks().forEach(task -> returnedTask(agent, task, wasUnreachable));
        if (known != null) {
            tasksThatAreMissing(agent, register.tasks());
        }
        out.send(register.from(), new AgentMessage.Registered(id));
        out.arm(pingTimer(id), config.pingInterval(), new MasterMessage.PingAgent(id));
        LOG.log(System.Logger.Level.INFO, "agent {0} registered", id.getValue());
        allocate();
    }

    /** A framework that this master has not heard of, but an agent has: it may come back. */
    private void recovered(FrameworkInfo framework) {
        if (!frameworks.containsKey(framework.getId()) && !removed.containsKey(framework.getId())) {
            frameworks.put(framework.getId(), new Framework(framework.getId(), framework, wall()));
            out.arm(
                    failoverTimer(framework.getId()),
                    Duration.ofNanos((long) (Math.max(0, framework.getFailoverTimeout()) * NANOS)),
                    new MasterMessage.FailoverExpired(framework.getId()));
        }
    }

    private void returnedTask(Agent agent, Task task, boolean wasUnreachable) {
        Framework framework = frameworks.get(task.getFrameworkId());
        if (framework == null) {
            tell(agent.id, new AgentMessage.ShutdownFramework(task.getFrameworkId()));
            return;
        }
        KnownTask returned = KnownTask.reported(task);
        framework.tasks.put(returned.id(), returned);
        if (TaskStates.isTerminal(task.getState())) {
            returned.forceRelease();
        } else {
            agent.allocate(framework.id, ResourceBag.of(task.getResourcesList()));
        }
        if (wasUnreachable) {
            update(
                    framework,
                    Statuses.of(
                            returned.answer(),
                            returned.state(),
                            TaskStatus.Reason.REASON_AGENT_REREGISTERED,
                            "Agent reregistered",
                            wall()));
        }
    }

    /** What was launched, but the agent has never heard of or has lost. */
    private void tasksThatAreMissing(Agent agent, List<Task> reported) {
        var ids = reported.stream().map(Task::getTaskId).toList();
        for (Framework framework : frameworks.values()) {
            for (KnownTask task : List.copyOf(framework.tasks.values())) {
                if (task.agent().equals(agent.id) && !ids.contains(task.id())) {
                    lose(
                            framework,
                            task,
                            Statuses.forFramework(framework, TaskState.TASK_DROPPED),
                            TaskStatus.Reason.REASON_RECONCILIATION,
                            "Task is unknown to the agent");
                }
            }
        }
    }

    private void lose(Framework framework, KnownTask task, TaskState state, TaskStatus.Reason reason, String message) {
        lose(framework, task, state, reason, message, null);
    }

    private void lose(
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
        TaskStatus status = Statuses.of(ids, state, reason, message, wall());
        task.update(status, state);
        framework.complete(task);
        update(framework, status);
    }

    private void onAgentLinkBroke(Address address) {
        for (Agent agent : List.copyOf(agents.values())) {
            if (address.equals(agent.address)) {
                agent.address = null;
                offers.rescind(offer -> offer.agent() == agent);
                frameworks.values().stream()
                        .filter(framework -> !framework.info.getCheckpoint())
                        .forEach(framework -> loseAll(framework, agent));
            }
        }
    }

    /** What does not outlive its agent ends with the link to it, whatever the framework understands. */
    private void loseAll(Framework framework, Agent agent) {
        for (KnownTask task : List.copyOf(framework.tasks.values())) {
            if (task.agent().equals(agent.id)) {
                lose(
                        framework,
                        task,
                        TaskState.TASK_LOST,
                        TaskStatus.Reason.REASON_AGENT_DISCONNECTED,
                        "Agent " + agent.info.getHostname() + " disconnected");
            }
        }
        agent.recoverAll(framework.id);
        agent.removeExecutors(framework.id);
    }

    private void onPingAgent(AgentID id) {
        Agent agent = agents.get(id);
        if (agent == null) {
            return;
        }
        if (agent.missedPings >= config.mostMissedPings()) {
            markUnreachable(agent);
            return;
        }
        agent.missedPings++;
        tell(id, new AgentMessage.Ping());
        out.arm(pingTimer(id), config.pingInterval(), new MasterMessage.PingAgent(id));
    }

    private void onPong(AgentID id) {
        Agent agent = agents.get(id);
        if (agent != null) {
            agent.missedPings = 0;
        }
    }

    private void markUnreachable(Agent agent) {
        TimeInfo since = TimeInfo.newBuilder().setNanoseconds(wall()).build();
        offers.rescind(offer -> offer.agent() == agent);
        agents.remove(agent.id);
        unreachable.put(agent.id, since);
        for (Framework framework : frameworks.values()) {
            for (KnownTask task : List.copyOf(framework.tasks.values())) {
                if (task.agent().equals(agent.id)) {
                    lose(
                            framework,
                            task,
                            Statuses.forFramework(framework, TaskState.TASK_UNREACHABLE),
                            TaskStatus.Reason.REASON_AGENT_REMOVED,
                            "health check timed out",
                            since);
                }
            }
        }
        Event failure =
                Event.newBuilder()
                        .setType(Event.Type.FAILURE)
                        .setFailure(Event.Failure.newBuilder().setAgentId(agent.id))
                        .build();
        frameworks.keySet().forEach(framework -> tell(framework, failure));
        LOG.log(System.Logger.Level.INFO, "agent {0} is unreachable", agent.id.getValue());
    }

    private void onExecutorExited(MasterMessage.ExecutorExited exited) {
        Agent agent = agents.get(exited.agent());
        if (agent == null) {
            return;
        }
        ExecutorInfo executor = agent.removeExecutor(exited.framework(), exited.executor());
        if (executor != null) {
            agent.recover(exited.framework(), ResourceBag.of(executor.getResourcesList()));
            tell(
                    exited.framework(),
                    Event.newBuilder()
                            .setType(Event.Type.FAILURE)
                            .setFailure(
                                    Event.Failure.newBuilder()
                                            .setAgentId(agent.id)
                                            .setExecutorId(exited.executor())
                                            .setStatus(exited.status()))
                            .build());
        }
    }

    // Operators

    private void onOperatorCall(Address from, org.apache.mesos.v1.master.Protos.Call call) {
        if (call.getType() == org.apache.mesos.v1.master.Protos.Call.Type.TEARDOWN) {
            FrameworkID id = call.getTeardown().getFrameworkId();
            boolean known = frameworks.containsKey(id);
            remove(id);
            out.send(from, known ? new Reply.Done() : new Reply.Refused(400, "No framework found with specified ID"));
            return;
        }
        out.send(
                from,
                new OperatorView(info, agents.values(), frameworks.values(), removed.values(), offers, config)
                        .answer(call));
    }

    // Ways out

    private void update(Framework framework, TaskStatus status) {
        tell(
                framework.id,
                Event.newBuilder()
                        .setType(Event.Type.UPDATE)
                        .setUpdate(Event.Update.newBuilder().setStatus(status))
                        .build());
    }

    private void tell(FrameworkID id, Event event) {
        Framework framework = frameworks.get(id);
        if (framework != null && framework.stream != null) {
            emit(framework.stream, event);
        }
    }

    private void tell(AgentID id, AgentMessage message) {
        Agent agent = agents.get(id);
        if (agent != null && agent.address != null) {
            out.send(agent.address, message);
        }
    }

    private void emit(Address stream, Event event) {
        out.send(stream, new Reply.Emitted(event));
    }

    private long wall() {
        return now + wallMinusNow;
    }

    private static String beatTimer(Address stream) {
        return "beat " + stream;
    }

    private static String failoverTimer(FrameworkID framework) {
        return "failover " + framework.getValue();
    }

    private static String pingTimer(AgentID agent) {
        return "ping " + agent.getValue();
    }
}
