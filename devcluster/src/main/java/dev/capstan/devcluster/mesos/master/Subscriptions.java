package dev.capstan.devcluster.mesos.master;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.devcluster.mesos.message.Reply;
import dev.capstan.devcluster.mesos.message.Uuids;
import dev.capstan.kernel.actor.Address;

import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** How frameworks come, change, stay away and go. It alone owns their streams. */
final class Subscriptions {
    private static final System.Logger LOG = System.getLogger(Subscriptions.class.getName());
    private static final double NANOS = 1e9;

    private final Roster roster;
    private final Offers offers;
    private final InverseOffers inverseOffers;
    private final Allocator allocator;
    private final OfferOperations operations;
    private final RandomGenerator random;
    private final Map<Address, Framework> streams = new LinkedHashMap<>();
    private int frameworkCount;
    private boolean silent;

    Subscriptions(
            Roster roster,
            Offers offers,
            InverseOffers inverseOffers,
            Allocator allocator,
            OfferOperations operations,
            RandomGenerator random) {
        this.roster = roster;
        this.offers = offers;
        this.inverseOffers = inverseOffers;
        this.allocator = allocator;
        this.operations = operations;
        this.random = random;
    }

    void subscribe(MasterMessage.SchedulerCall message) {
        if (message.streamId() != null) {
            roster.out.send(
                    message.from(),
                    new Reply.Refused(400, "Subscribe calls should not include the 'Mesos-Stream-Id' header"));
            return;
        }
        Call.Subscribe subscribe = message.call().getSubscribe();
        String streamId = Uuids.random(random).toString();
        roster.out.send(message.from(), new Reply.Opened(streamId));
        FrameworkInfo wanted = withPrincipal(subscribe.getFrameworkInfo(), message.principal());
        String fault = subscriptionFault(wanted, subscribe);
        if (fault != null) {
            endWithError(message.from(), fault);
            return;
        }
        Framework known = roster.frameworks.get(wanted.getId());
        boolean wasActive = known != null && known.isConnected();
        Framework framework = known == null ? added(wanted) : returned(known, wanted);
        framework.suppressed.clear();
        framework.suppressed.addAll(subscribe.getSuppressedRolesList());
        framework.constraints = subscribe.getOfferConstraints();
        connect(framework, message.from(), streamId);
        if (known == null) {
            roster.watchers.frameworkAdded(() -> OperatorView.brief(framework));
        }
        if (wanted.hasId()) { // also if it says nothing new, as with a real master
            roster.watchers.frameworkUpdated(() -> OperatorView.brief(framework));
        }
        if (known != null) {
            roster.agents
                    .keySet()
                    .forEach(agent -> roster.tell(agent, new AgentMessage.FrameworkReturned(framework.id)));
        }
        if (!wasActive) {
            allocator.allocate();
        }
    }

    private static FrameworkInfo withPrincipal(FrameworkInfo info, @Nullable String principal) {
        return principal == null || info.hasPrincipal() ? info : info.toBuilder().setPrincipal(principal).build();
    }

    private @Nullable String subscriptionFault(FrameworkInfo wanted, Call.Subscribe subscribe) {
        return FrameworkCheck.wrongWith(wanted, subscribe.getSuppressedRolesList(), roster.config)
                .or(() -> OfferFilters.wrongWith(wanted, subscribe.getOfferConstraints()))
                .or(() -> Optional.ofNullable(roster.config.permissions().faultOf(wanted)))
                .orElse(roster.removed.containsKey(wanted.getId()) ? "Framework has been removed" : null);
    }

    private Framework added(FrameworkInfo wanted) {
        FrameworkID id =
                wanted.getId().getValue().isEmpty()
                        ? FrameworkID.newBuilder()
                                .setValue(
                                        String.format(Locale.ROOT, "%s-%04d", roster.master.getId(), frameworkCount++))
                                .build()
                        : wanted.getId();
        var framework = new Framework(id, wanted.toBuilder().setId(id).build(), roster.wall());
        roster.frameworks.put(id, framework);
        LOG.log(System.Logger.Level.INFO, "framework {0} ({1}) subscribed", id.getValue(), wanted.getName());
        return framework;
    }

    /** A framework is back, or another instance of it is here: the older stream ends. */
    private Framework returned(Framework framework, FrameworkInfo wanted) {
        List<String> roles = Capabilities.roles(wanted);
        offers.rescind(offer -> offer.framework() == framework && !roles.contains(offer.role()));
        offers.dropAll(framework);
        inverseOffers.dropAll(framework);
        if (framework.stream != null) {
            Address old = framework.stream;
            disconnect(framework);
            endWithError(old, "Framework failed over");
        }
        framework.info = withFixedParts(framework.info, wanted);
        framework.isRecovered = false;
        framework.forgetFilters();
        framework.subscribedWall = roster.wall();
        roster.out.disarm(failoverTimer(framework.id));
        return framework;
    }

    /** What cannot change stays as it was, silently. */
    private static FrameworkInfo withFixedParts(FrameworkInfo was, FrameworkInfo wanted) {
        FrameworkInfo.Builder kept = wanted.toBuilder().setId(was.getId()).setUser(was.getUser()).clearCheckpoint();
        return was.hasCheckpoint() ? kept.setCheckpoint(was.getCheckpoint()).build() : kept.build();
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
                                        .setHeartbeatIntervalSeconds(
                                                roster.config.heartbeatInterval().toNanos() / NANOS)
                                        .setMasterInfo(roster.master))
                        .build());
        beat(stream);
    }

    private void disconnect(Framework framework) {
        if (framework.stream != null) {
            streams.remove(framework.stream);
            roster.out.disarm(beatTimer(framework.stream));
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
        roster.out.send(stream, new Reply.Ended());
    }

    void beat(Address stream) {
        if (!streams.containsKey(stream)) {
            return;
        }
        if (!silent) {
            emit(stream, Event.newBuilder().setType(Event.Type.HEARTBEAT).build());
        }
        roster.out.arm(beatTimer(stream), roster.config.heartbeatInterval(), new MasterMessage.Beat(stream));
    }

    void streamClosed(Address stream) {
        Framework framework = streams.get(stream);
        if (framework == null) {
            return;
        }
        disconnect(framework);
        offers.dropAll(framework);
        inverseOffers.dropAll(framework);
        LOG.log(System.Logger.Level.INFO, "framework {0} is away", framework.id.getValue());
        if (framework.info.getFailoverTimeout() <= 0) {
            remove(framework.id);
        } else {
            awaitReturn(framework.id, framework.info);
        }
    }

    Reply change(Framework framework, Call.UpdateFramework update) {
        FrameworkInfo wanted = update.getFrameworkInfo();
        String fault = UpdateCheck.fault(framework.info, wanted, update.getSuppressedRolesList(), roster.config);
        String filters = OfferFilters.wrongWith(wanted, update.getOfferConstraints()).orElse(null);
        if (fault != null || filters != null) {
            return new Reply.Refused(400, fault != null ? fault : "'UpdateFramework' call is not valid: " + filters);
        }
        List<String> roles = Capabilities.roles(wanted);
        offers.rescind(offer -> offer.framework() == framework && !roles.contains(offer.role()));
        FrameworkInfo before = framework.info;
        framework.info =
                withFixedParts(before, withPrincipal(wanted, before.hasPrincipal() ? before.getPrincipal() : null));
        if (!before.equals(framework.info)) {
            roster.watchers.frameworkUpdated(() -> OperatorView.brief(framework));
        }
        framework.suppressed.clear();
        framework.suppressed.addAll(update.getSuppressedRolesList());
        framework.constraints = update.getOfferConstraints();
        allocator.allocate();
        return new Reply.Done();
    }

    /** A framework that this master has not heard of, but an agent has: it may come back. */
    void recovered(FrameworkInfo framework) {
        FrameworkID id = framework.getId();
        if (!roster.frameworks.containsKey(id) && !roster.removed.containsKey(id)) {
            var recovered = new Framework(id, framework, roster.wall());
            recovered.isRecovered = true;
            roster.frameworks.put(id, recovered);
            roster.watchers.frameworkAdded(() -> OperatorView.brief(recovered));
            awaitReturn(id, framework);
        }
    }

    private void awaitReturn(FrameworkID id, FrameworkInfo framework) {
        roster.out.arm(
                failoverTimer(id),
                Duration.ofNanos((long) (Math.max(0, framework.getFailoverTimeout()) * NANOS)),
                new MasterMessage.FailoverExpired(id));
    }

    /** A framework is gone for good: its tasks end, and it is not told. */
    void remove(FrameworkID id) {
        Framework framework = roster.frameworks.remove(id);
        if (framework == null) {
            return;
        }
        offers.dropAll(framework);
        inverseOffers.dropAll(framework);
        for (KnownTask task : List.copyOf(framework.tasks.values())) {
            roster.updated(
                    framework,
                    task,
                    Statuses.of(
                            TaskStatus.newBuilder().setTaskId(task.id()).setAgentId(task.agent()),
                            TaskState.TASK_KILLED,
                            TaskStatus.Reason.REASON_FRAMEWORK_REMOVED,
                            "Framework " + id.getValue() + " removed",
                            roster.wall()),
                    TaskState.TASK_KILLED);
            framework.complete(task);
        }
        operations.forget(id);
        allocator.forget(framework);
        for (Agent agent : roster.agents.values()) {
            agent.recoverAll(id);
            agent.removeExecutors(id);
            roster.tell(agent.id, new AgentMessage.ShutdownFramework(id));
        }
        if (framework.stream != null) {
            Address stream = framework.stream;
            disconnect(framework);
            roster.out.send(stream, new Reply.Ended());
        }
        roster.out.disarm(failoverTimer(id));
        roster.removed.put(id, framework);
        roster.watchers.frameworkRemoved(framework.info);
        LOG.log(System.Logger.Level.INFO, "framework {0} is removed", id.getValue());
    }

    /** Streams carry no heartbeats any more, or do again. */
    void silence(boolean be) {
        silent = be;
    }

    private void emit(Address stream, Event event) {
        roster.out.send(stream, new Reply.Emitted(event));
    }

    private static String beatTimer(Address stream) {
        return "beat " + stream;
    }

    private static String failoverTimer(FrameworkID framework) {
        return "failover " + framework.getValue();
    }
}
