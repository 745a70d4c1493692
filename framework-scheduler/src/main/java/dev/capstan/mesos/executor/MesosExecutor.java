package dev.capstan.mesos.executor;

import com.google.protobuf.ByteString;

import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;

import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * An executor as its agent sees it: it subscribes, hears of tasks, and says what becomes of them until the agent has
 * it.
 *
 * <p>It alone owns what the agent has not acknowledged: updates in their order, and tasks of which nothing was
 * acknowledged yet. Nothing of it is durable: it ends with the process. It takes {@link ExecutorMessage}s, gives its
 * user {@link ExecutorEvent}s and has {@link AgentOperation}s done.
 *
 * <pre>
 *   new ──Start──▶ connecting ──SUBSCRIBED──▶ subscribed ──SHUTDOWN──▶ (the user says Stop) ──▶ over
 *                   ▲      │ refused, 503        │ connection ends
 *                   │      ▼                     │
 *                   └── waiting ◀────────────────┘ ──▶ over: not checkpointed, or away for too long
 * </pre>
 *
 * <p>While subscribed it asks its agent for a sign of life again and again; one that gives none ends the connection. An
 * update is sent once on a connection: either within the subscription that begins it, or after. None is dropped before
 * it is acknowledged or refused, and those of a task are never sent out of their order. A task is told to the user
 * once.
 */
public final class MesosExecutor implements Actor<ExecutorMessage> {
    private static final System.Logger LOG = System.getLogger(MesosExecutor.class.getName());
    private static final String RECONNECT = "reconnect";
    private static final String GIVE_UP = "give-up";
    private static final String PROBE = "probe";

    /** Agents send heartbeats every half an hour, so that one that hangs is noticed only by who asks it something. */
    private static final Duration BETWEEN_PROBES = Duration.ofSeconds(30);

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);

    /** Agents end executors that have not subscribed by then, so there is no sense in going on. */
    private static final Duration UNTIL_REGISTERED = Duration.ofMinutes(15);

    private static final double NANOS_PER_SECOND = 1e9;

    private final AgentEnvironment environment;
    private final Address user;
    private final long wallOffsetNanos;
    private final SplittableRandom random;
    private final SequencedMap<ByteString, Call.Update> unacknowledged = new LinkedHashMap<>();
    private final SequencedMap<String, TaskInfo> unacknowledgedTasks = new LinkedHashMap<>();
    private final Set<ByteString> saidHere = new HashSet<>();
    private Phase phase = Phase.NEW;
    private long connection;
    private int attempts;
    private boolean everSubscribed;
    private boolean endIsNear;

    private enum Phase {
        NEW,
        CONNECTING,
        SUBSCRIBED,
        WAITING,
        OVER
    }

    /**
     * @param user told what happens
     * @param wallOffsetNanos that makes the time that an actor is given the time since 1970
     */
    public MesosExecutor(AgentEnvironment environment, Address user, long wallOffsetNanos, long seed) {
        this.environment = environment;
        this.user = user;
        this.wallOffsetNanos = wallOffsetNanos;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public List<Effect> on(ExecutorMessage message, long nowNanos) {
        if (phase == Phase.OVER) {
            return List.of();
        }
        return switch (message) {
            case ExecutorMessage.Command command -> onCommand(command, nowNanos);
            case ExecutorMessage.Heard heard ->
                    heard.connection() == connection && phase != Phase.WAITING ? onHeard(heard) : List.of();
            case ExecutorMessage.Reconnect() -> phase == Phase.WAITING ? connect() : List.of();
            case ExecutorMessage.GiveUp() -> onGiveUp();
            case ExecutorMessage.Probe() ->
                    phase == Phase.SUBSCRIBED ? List.of(say(call(Call.Type.HEARTBEAT)), armProbe()) : List.of();
        };
    }

    private List<Effect> onCommand(ExecutorMessage.Command command, long nowNanos) {
        return switch (command) {
            case ExecutorMessage.Start() -> onStart();
            case ExecutorMessage.Update(var status) -> onUpdate(status, nowNanos);
            case ExecutorMessage.Tell(var data) ->
                    phase == Phase.SUBSCRIBED
                            ? List.of(say(call(Call.Type.MESSAGE).setMessage(Call.Message.newBuilder().setData(data))))
                            : List.of();
            case ExecutorMessage.Stop() -> {
                phase = Phase.OVER;
                yield leave();
            }
        };
    }

    private List<Effect> onHeard(ExecutorMessage.Heard heard) {
        return switch (heard) {
            case ExecutorMessage.EventArrived(_, var event) -> onEvent(event);
            case ExecutorMessage.ConnectionEnded(_, var hopeless, var reason) -> onEnded(hopeless, reason);
            case ExecutorMessage.CallRefused(_, var call, var reason) -> onRefused(call, reason);
        };
    }

    // the connection

    private List<Effect> onStart() {
        if (phase != Phase.NEW) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        effects.add(new Effect.Arm(GIVE_UP, UNTIL_REGISTERED, new ExecutorMessage.GiveUp()));
        effects.addAll(connect());
        return effects;
    }

    private List<Effect> connect() {
        phase = Phase.CONNECTING;
        connection++;
        saidHere.clear();
        saidHere.addAll(unacknowledged.keySet());
        Call.Builder call = call(Call.Type.SUBSCRIBE);
        call.getSubscribeBuilder()
                .addAllUnacknowledgedTasks(unacknowledgedTasks.values())
                .addAllUnacknowledgedUpdates(unacknowledged.values());
        // of a newer agent a task may lack what must be there; it goes back to it as it came
        return List.of(new Effect.Perform(new AgentOperation.Connect(connection, call.buildPartial())));
    }

    private List<Effect> onSubscribed(Event.Subscribed subscribed) {
        phase = Phase.SUBSCRIBED;
        everSubscribed = true;
        attempts = 0;
        List<Effect> effects = new ArrayList<>();
        effects.add(new Effect.Disarm(GIVE_UP));
        effects.add(armProbe());
        effects.add(tell(new ExecutorEvent.Registered(subscribed)));
        unacknowledged.forEach((uuid, update) -> {
            if (saidHere.add(uuid)) { // it was made after we had begun to subscribe
                effects.add(say(update));
            }
        });
        return effects;
    }

    private static Effect armProbe() {
        return new Effect.Arm(PROBE, BETWEEN_PROBES, new ExecutorMessage.Probe());
    }

    private List<Effect> onEnded(boolean hopeless, String reason) {
        if (hopeless || endIsNear) {
            return fail(reason);
        }
        if (everSubscribed && !environment.checkpoint()) {
            return fail("the agent is gone, and this executor is not to outlive it: " + reason);
        }
        List<Effect> effects = new ArrayList<>();
        if (phase == Phase.SUBSCRIBED) {
            effects.add(tell(new ExecutorEvent.Disconnected(reason)));
            effects.add(new Effect.Arm(GIVE_UP, environment.recovery(), new ExecutorMessage.GiveUp()));
        }
        phase = Phase.WAITING;
        effects.add(new Effect.Arm(RECONNECT, backoff(), new ExecutorMessage.Reconnect()));
        return effects;
    }

    /** Well within what the agent allows: one that comes back waits for its executors only so long. */
    private Duration backoff() {
        long most = Math.max(FIRST_BACKOFF.toNanos(), environment.mostBackoff().toNanos() / 2);
        long wait = Math.min(most, FIRST_BACKOFF.toNanos() << Math.min(attempts++, 10));
        return Duration.ofNanos(wait / 2 + random.nextLong(wait / 2 + 1));
    }

    private List<Effect> onGiveUp() {
        return phase == Phase.SUBSCRIBED
                ? List.of()
                : fail(
                        everSubscribed
                                ? "the agent was away for " + environment.recovery().toSeconds() + " s"
                                : "no agent has taken this executor for " + UNTIL_REGISTERED.toSeconds() + " s");
    }

    private List<Effect> fail(String reason) {
        phase = Phase.OVER;
        List<Effect> effects = new ArrayList<>(leave());
        effects.add(tell(new ExecutorEvent.Failed(reason)));
        return effects;
    }

    private List<Effect> leave() {
        return List.of(
                new Effect.Disarm(RECONNECT),
                new Effect.Disarm(GIVE_UP),
                new Effect.Disarm(PROBE),
                new Effect.Perform(new AgentOperation.HangUp(connection)));
    }

    // what the agent says

    private List<Effect> onEvent(Event event) {
        if (!ExecutorEventCheck.canBeUsed(event)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "an event cannot be understood: {0}",
                    ExecutorEventCheck.missing(event));
            return List.of();
        }
        return switch (event.getType()) {
            case SUBSCRIBED -> onSubscribed(event.getSubscribed());
            case LAUNCH -> onLaunch(List.of(event.getLaunch().getTask()));
            case LAUNCH_GROUP -> onLaunch(event.getLaunchGroup().getTaskGroup().getTasksList());
            case KILL -> {
                Event.Kill kill = event.getKill();
                Duration grace = Duration.ofNanos(kill.getKillPolicy().getGracePeriod().getNanoseconds());
                yield List.of(tell(new ExecutorEvent.KillAsked(kill.getTaskId().getValue(), grace)));
            }
            case ACKNOWLEDGED -> {
                unacknowledged.remove(event.getAcknowledged().getUuid());
                unacknowledgedTasks.remove(event.getAcknowledged().getTaskId().getValue());
                yield List.of();
            }
            case MESSAGE -> List.of(tell(new ExecutorEvent.MessageArrived(event.getMessage().getData())));
            case SHUTDOWN -> {
                endIsNear = true; // also without SUBSCRIBED, where the only task was killed before we came
                yield List.of(tell(new ExecutorEvent.ShutdownAsked(environment.grace())));
            }
            case ERROR -> fail("the agent says: " + event.getError().getMessage());
            case HEARTBEAT, UNKNOWN -> List.of();
        };
    }

    /** An agent that was restarted says again what it does not know to have arrived. */
    private List<Effect> onLaunch(List<TaskInfo> tasks) {
        List<TaskInfo> unknown =
                tasks.stream()
                        .filter(task -> unacknowledgedTasks.putIfAbsent(task.getTaskId().getValue(), task) == null)
                        .toList();
        return unknown.isEmpty() ? List.of() : List.of(tell(new ExecutorEvent.Launched(unknown)));
    }

    // what is said

    private List<Effect> onUpdate(TaskStatus status, long nowNanos) {
        ByteString uuid = uuid();
        TaskStatus.Builder full =
                status.toBuilder()
                        .setUuid(uuid)
                        .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                        .setExecutorId(ExecutorID.newBuilder().setValue(environment.executorId()));
        if (!full.hasTimestamp()) {
            full.setTimestamp((nowNanos + wallOffsetNanos) / NANOS_PER_SECOND);
        }
        Call.Update update = Call.Update.newBuilder().setStatus(full).build();
        unacknowledged.put(uuid, update);
        if (phase != Phase.SUBSCRIBED) {
            return List.of(); // it goes with the next subscription, or after it
        }
        saidHere.add(uuid);
        return List.of(say(update));
    }

    /** Agents refuse ids that are none of a version from 1 to 5. */
    private ByteString uuid() {
        ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES);
        bytes.putLong(random.nextLong() & ~0xF000L | 0x4000L);
        bytes.putLong(random.nextLong() >>> 2 | Long.MIN_VALUE);
        return ByteString.copyFrom(bytes.flip());
    }

    private List<Effect> onRefused(Call call, String reason) {
        if (call.getType() != Call.Type.UPDATE) {
            return List.of();
        }
        TaskStatus status = call.getUpdate().getStatus();
        unacknowledged.remove(status.getUuid());
        return List.of(tell(new ExecutorEvent.UpdateRefused(status.getTaskId().getValue(), reason)));
    }

    private Call.Builder call(Call.Type type) {
        return Call.newBuilder()
                .setType(type)
                .setFrameworkId(FrameworkID.newBuilder().setValue(environment.frameworkId()))
                .setExecutorId(ExecutorID.newBuilder().setValue(environment.executorId()));
    }

    private Effect say(Call.Update update) {
        return say(call(Call.Type.UPDATE).setUpdate(update));
    }

    private Effect say(Call.Builder call) {
        return new Effect.Perform(new AgentOperation.Say(connection, call.build()));
    }

    private Effect tell(ExecutorEvent event) {
        return new Effect.Send(user, event);
    }
}
