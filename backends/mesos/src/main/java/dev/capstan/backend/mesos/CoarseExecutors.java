package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.BackendCommand;
import dev.capstan.driver.backend.BackendEvent;
import dev.capstan.driver.backend.BackendMessage;
import dev.capstan.driver.backend.ClusterFault;
import dev.capstan.driver.backend.Demand;
import dev.capstan.driver.backend.Lease;
import dev.capstan.driver.backend.LossReason;
import dev.capstan.driver.backend.WhyNot;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.mesos.scheduler.Explanation;
import dev.capstan.mesos.scheduler.FrameworkEvent;
import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.mesos.scheduler.Placement;
import dev.capstan.mesos.scheduler.TaskEnd;
import dev.capstan.mesos.scheduler.TaskRequest;

import org.apache.mesos.v1.Protos.TaskState;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Holds executors on a Mesos cluster, each a Mesos task that lives as long as it is wanted. Mesos sees executors only;
 * tasks go straight from the driver to them.
 *
 * <p>It alone owns which executors there are, and how many there are to be; nothing of it is durable: what an earlier
 * run has left is ended. It takes {@link BackendCommand}s and what the framework says, tells the task scheduler {@link
 * BackendEvent}s and the framework which Mesos tasks are wanted.
 *
 * <pre>
 *            TaskPlaced             Registered
 *   asked ──────────────▶ granted ─────────────▶ working ──┐ agent unreachable for too long,
 *     │                      │                      │      │ TaskEnded, Release, Stop
 *     └──────────────────────┴──────────────────────┴──────┴──▶ ended
 * </pre>
 *
 * <p>No name is given twice. There are never more than the most allowed. When executors end one after another before
 * they register, and none works, asking goes on ever more slowly, and the reason is told; that the whole cluster cannot
 * run them is known only when so many have ended that it must be the executor's fault.
 */
final class CoarseExecutors implements Actor<BackendMessage> {
    static final int MOST_IN_A_ROW = 10;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration MOST_PAUSE = Duration.ofSeconds(5);
    private static final Duration MAINTENANCE = Duration.ofHours(1);
    private static final String GIVE_BACK = "give-back-idle";
    private static final String REPLACE = "replace";

    private final CoarseConfig config;
    private final Address scheduler;
    private final Address framework;
    private final SequencedMap<String, Held> executors = new LinkedHashMap<>();
    private final AgentFailures failures = new AgentFailures();
    private Demand demand = Demand.NONE;
    private int begun;
    private int failed;
    private int failedInARow;
    private boolean stopped;
    private boolean pausing;
    private boolean giveBackIsArmed;
    private int explanationsOwed;
    private boolean hasToldOfMaster;
    private String lastFailure = "";

    /** An executor that was asked for; without a placement it has no agent yet. */
    private record Held(String name, @Nullable Placement placement, boolean registered, boolean released) {
        Held placed(Placement where) {
            return new Held(name, where, registered, released);
        }

        Held working() {
            return new Held(name, placement, true, released);
        }

        Held givenBack() {
            return new Held(name, placement, registered, true);
        }
    }

    CoarseExecutors(CoarseConfig config, Address scheduler, Address framework) {
        this.config = config;
        this.scheduler = scheduler;
        this.framework = framework;
    }

    @Override
    public List<Effect> on(BackendMessage message, long nowNanos) {
        return switch (message) {
            case BackendCommand command -> onCommand(command);
            case CoarseMessage own -> onOwn(own);
            default -> throw new IllegalArgumentException("not for a backend on Mesos: " + message);
        };
    }

    private List<Effect> onCommand(BackendCommand command) {
        return switch (command) {
            case BackendCommand.Start() -> List.of(ask(new FrameworkMessage.Start()));
            case BackendCommand.Desire(var wanted) -> onDesire(wanted);
            case BackendCommand.Registered(var id) -> onRegistered(id);
            case BackendCommand.Release(var id) -> onRelease(id);
            case BackendCommand.Explain() -> onExplain();
            case BackendCommand.Stop() -> onStop();
        };
    }

    private List<Effect> onOwn(CoarseMessage own) {
        return switch (own) {
            case CoarseMessage.Said(var event) -> onSaid(event);
            case CoarseMessage.GiveUp(var name) -> onGiveUp(name);
            case CoarseMessage.GiveBackIdle() -> onGiveBackIdle();
            case CoarseMessage.Replace() -> {
                pausing = false;
                yield converge();
            }
        };
    }

    private List<Effect> onSaid(FrameworkEvent event) {
        return switch (event) {
            case FrameworkEvent.Registered(var id, var master, var tasks) -> onConnected(id, master, tasks);
            case FrameworkEvent.Disconnected(var reason) -> {
                hasToldOfMaster = true;
                yield List.of(tell(new BackendEvent.Disconnected(reason)));
            }
            case FrameworkEvent.Failed(var cause, var reason) -> onFailed(fault(cause), reason);
            case FrameworkEvent.TaskPlaced(var name, var placement) -> onPlaced(name, placement);
            case FrameworkEvent.TaskChanged(var name, var status) -> onChanged(name, status.getState());
            case FrameworkEvent.TaskEnded(var name, var end) -> onEnded(name, end);
            case FrameworkEvent.AgentLeaving(var agent, var until) -> onAgentLeaving(agent, until);
            case FrameworkEvent.Explained(var explanation) -> onExplained(explanation);
            case FrameworkEvent.RequestRefused(_, var reason) ->
                    throw new IllegalStateException("an executor was asked for wrongly: " + reason); // a bug of ours
            // Tasks are told of one by one, and it is they that count here; the rest is not asked for.
            case FrameworkEvent.ExecutorEnded _,
                    FrameworkEvent.AgentLost _,
                    FrameworkEvent.MessageArrived _,
                    FrameworkEvent.OperationPlaced _,
                    FrameworkEvent.OperationChanged _,
                    FrameworkEvent.OperationEnded _,
                    FrameworkEvent.Described _,
                    FrameworkEvent.DescriptionRefused _,
                    FrameworkEvent.Stopped _ ->
                    List.of();
        };
    }

    private List<Effect> onConnected(String frameworkId, String master, List<String> tasks) {
        hasToldOfMaster = true;
        List<Effect> effects = new ArrayList<>();
        for (String task : tasks) {
            if (!executors.containsKey(task)) { // of an earlier run, whose driver is gone
                effects.add(ask(new FrameworkMessage.Cancel(task)));
            }
        }
        effects.add(tell(new BackendEvent.Connected("framework " + frameworkId + " at the Mesos master on " + master)));
        effects.addAll(converge());
        return effects;
    }

    private static ClusterFault fault(FrameworkEvent.Failed.Cause cause) {
        return switch (cause) {
            case UNREACHABLE -> ClusterFault.UNREACHABLE;
            case REFUSED -> ClusterFault.REFUSED;
            case GONE -> ClusterFault.UNUSABLE;
        };
    }

    private List<Effect> onFailed(ClusterFault fault, String reason) {
        stopped = true;
        List<Effect> effects = new ArrayList<>();
        executors.keySet().forEach(name -> effects.add(ask(new FrameworkMessage.Cancel(name))));
        effects.addAll(endAll(LossReason.HOST_UNREACHABLE, reason));
        effects.add(tell(new BackendEvent.Dead(fault, reason)));
        return effects;
    }

    // how many there are to be

    private List<Effect> onDesire(Demand wanted) {
        demand = wanted;
        return converge();
    }

    private List<Effect> converge() {
        if (stopped) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        if (executorsFor(demand) > 0) {
            if (giveBackIsArmed) {
                giveBackIsArmed = false;
                effects.add(new Effect.Disarm(GIVE_BACK));
            }
        } else if (!giveBackIsArmed && executors.size() > config.count().least()) {
            giveBackIsArmed = true;
            effects.add(new Effect.Arm(GIVE_BACK, config.count().idle(), new CoarseMessage.GiveBackIdle()));
        }
        int target = Math.clamp(executorsFor(demand), config.count().least(), config.count().most());
        while (!pausing && live() < target) {
            String name = config.prefix() + begun++;
            executors.put(name, new Held(name, null, false, false));
            effects.add(ask(new FrameworkMessage.Launch(request(name))));
        }
        return effects;
    }

    private long live() {
        return executors.values().stream().filter(held -> !held.released()).count();
    }

    /** So many that all tasks that are wanted run at the same time. */
    private int executorsFor(Demand wanted) {
        long needed = 0;
        for (Demand.Wanted each : wanted.wanted()) {
            long perExecutor = Math.max(1, tasksPerExecutor(each));
            needed += Math.ceilDiv(each.tasks(), perExecutor);
        }
        return (int) Math.min(needed, config.count().most());
    }

    private long tasksPerExecutor(Demand.Wanted each) {
        long byCpus =
                each.perTask().milliCpus() == 0
                        ? Long.MAX_VALUE
                        : config.lease().milliCpus() / each.perTask().milliCpus();
        long byNamed = byCpus;
        for (var entry : each.perTask().named().entrySet()) {
            byNamed = Math.min(byNamed, config.lease().named().getOrDefault(entry.getKey(), 0L) / entry.getValue());
        }
        return byNamed;
    }

    private TaskRequest request(String name) {
        return new TaskRequest(
                name,
                config.role(),
                config.needs(),
                config.constraints(),
                config.prefix(),
                config.command().template(name));
    }

    private List<Effect> onGiveBackIdle() {
        giveBackIsArmed = false;
        List<Effect> effects = new ArrayList<>();
        List<String> surplus =
                executors.values().stream()
                        .filter(held -> !held.released())
                        .map(Held::name)
                        .skip(config.count().least())
                        .toList();
        for (String name : surplus) {
            effects.addAll(giveBack(name, "nothing has run for " + config.count().idle().toSeconds() + " s"));
        }
        return effects;
    }

    // the life of an executor

    private List<Effect> onPlaced(String name, Placement placement) {
        Held held = executors.computeIfPresent(name, (_, known) -> known.placed(placement));
        return held == null || held.released() ? List.of() : List.of(tell(new BackendEvent.Granted(lease(held))));
    }

    private Lease lease(Held held) {
        String host = held.placement() == null ? "" : held.placement().hostname();
        return new Lease(new LeaseId(held.name()), new ExecutorId(held.name()), host, config.lease());
    }

    private List<Effect> onRegistered(LeaseId id) {
        Held held = executors.computeIfPresent(id.name(), (_, known) -> known.working());
        if (held == null || held.placement() == null) {
            return List.of();
        }
        failedInARow = 0;
        String agent = held.placement().agentId();
        return failures.onWorks(agent) ? List.of(ask(new FrameworkMessage.Trust(agent))) : List.of();
    }

    private List<Effect> onChanged(String name, TaskState state) {
        if (!executors.containsKey(name)) {
            return List.of(ask(new FrameworkMessage.Cancel(name))); // it was given up, and its agent has come back
        }
        String timer = "give-up-" + name;
        return List.of(
                state == TaskState.TASK_UNREACHABLE || state == TaskState.TASK_LOST
                        ? new Effect.Arm(timer, config.unreachable(), new CoarseMessage.GiveUp(name))
                        : new Effect.Disarm(timer));
    }

    private List<Effect> onGiveUp(String name) {
        Held held = executors.remove(name);
        if (held == null) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        effects.add(ask(new FrameworkMessage.Cancel(name)));
        effects.addAll(
                ended(
                        held,
                        LossReason.HOST_UNREACHABLE,
                        "its agent was not reachable for " + config.unreachable().toSeconds() + " s"));
        effects.addAll(converge());
        return effects;
    }

    private List<Effect> onEnded(String name, TaskEnd end) {
        Held held = executors.remove(name);
        List<Effect> effects = new ArrayList<>();
        effects.add(new Effect.Disarm("give-up-" + name));
        if (held == null) {
            return effects;
        }
        boolean cameUp = held.registered();
        LossReason reason =
                held.released()
                        ? LossReason.RELEASED
                        : switch (end.cause()) {
                            case DONE, TASK -> cameUp ? LossReason.CRASHED : LossReason.LAUNCH_FAILED;
                            case ASKED_FOR -> LossReason.KILLED;
                            case MEMORY -> LossReason.OUT_OF_MEMORY;
                            case LAUNCH -> LossReason.LAUNCH_FAILED;
                            case CLUSTER -> LossReason.HOST_UNREACHABLE;
                        };
        String detail = ExecutorTask.inWords(end.detail(), config.command().template(name).getCommand());
        effects.addAll(ended(held, reason, detail));
        if (reason == LossReason.CRASHED || reason == LossReason.LAUNCH_FAILED) {
            effects.addAll(onFailure(held, detail));
        }
        effects.addAll(converge());
        return effects;
    }

    private List<Effect> onFailure(Held held, String detail) {
        failed++;
        lastFailure = detail;
        List<Effect> effects = new ArrayList<>();
        if (held.placement() != null) {
            String agent = held.placement().agentId();
            failures.onFailed(agent)
                    .ifPresent(time ->
                            effects.add(ask(new FrameworkMessage.Avoid(agent, time, "executors failed there"))));
        }
        if (held.registered()) {
            return effects;
        }
        failedInARow++;
        if (failedInARow >= MOST_IN_A_ROW && executors.values().stream().noneMatch(Held::registered)) {
            return onFailed(
                    ClusterFault.UNUSABLE,
                    "executors do not come up on this cluster: "
                            + failedInARow
                            + " in a row have ended before they registered; the last one on "
                            + (held.placement() == null ? "no agent" : held.placement().hostname())
                            + ": "
                            + detail);
        }
        pausing = true;
        long pause = FIRST_PAUSE.toNanos() << Math.min(10, failedInARow - 1);
        Duration wait = Duration.ofNanos(Math.min(pause, MOST_PAUSE.toNanos()));
        effects.add(new Effect.Arm(REPLACE, wait, new CoarseMessage.Replace()));
        return effects;
    }

    /** Told once, and only where the lease was told of: of one that was given back, its end was told then. */
    private List<Effect> ended(Held held, LossReason reason, String detail) {
        return held.placement() == null || held.released()
                ? List.of()
                : List.of(tell(new BackendEvent.Ended(new LeaseId(held.name()), reason, detail)));
    }

    private List<Effect> onRelease(LeaseId id) {
        List<Effect> effects = new ArrayList<>(giveBack(id.name(), "given back"));
        effects.addAll(converge());
        return effects;
    }

    private List<Effect> giveBack(String name, String detail) {
        Held held = executors.get(name);
        if (held == null || held.released()) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        effects.add(ask(new FrameworkMessage.Cancel(name)));
        effects.addAll(ended(held, LossReason.RELEASED, detail));
        if (held.placement() == null) {
            executors.remove(name); // withdrawn, or on its way: then it is killed when it is heard of
        } else {
            executors.put(name, held.givenBack());
        }
        return effects;
    }

    private List<Effect> onAgentLeaving(String agent, Duration until) {
        List<Effect> effects = new ArrayList<>();
        effects.add(ask(new FrameworkMessage.Avoid(agent, until.plus(MAINTENANCE), "it goes down for maintenance")));
        for (Held held : executors.values()) {
            if (held.placement() != null && held.placement().agentId().equals(agent) && !held.released()) {
                effects.add(
                        tell(
                                new BackendEvent.Ending(
                                        new LeaseId(held.name()), until, "its agent goes down for maintenance")));
            }
        }
        return effects;
    }

    private List<Effect> onStop() {
        stopped = true;
        List<Effect> effects = new ArrayList<>(endAll(LossReason.RELEASED, "the application ends"));
        effects.add(ask(new FrameworkMessage.Stop(true)));
        return effects;
    }

    private List<Effect> endAll(LossReason reason, String detail) {
        List<Effect> effects = new ArrayList<>();
        for (Held held : executors.values()) {
            effects.addAll(ended(held, reason, detail));
        }
        executors.clear();
        return effects;
    }

    // why not

    private List<Effect> onExplain() {
        explanationsOwed++;
        return List.of(ask(new FrameworkMessage.Explain()));
    }

    private List<Effect> onExplained(Explanation explanation) {
        if (explanationsOwed == 0) {
            return List.of();
        }
        explanationsOwed--;
        List<WhyNot.Refusal> refusals = new ArrayList<>();
        if (failed > 0) {
            refusals.add(new WhyNot.Refusal("executors failed, the last one: " + lastFailure, failed));
        }
        explanation.refusals().forEach(each -> refusals.add(new WhyNot.Refusal(each.reason(), each.times())));
        return List.of(tell(new BackendEvent.Explained(new WhyNot(asked(), given(explanation), refusals))));
    }

    private String asked() {
        return live() + " executors, each with " + config.needs() + ", in role " + config.role();
    }

    private String given(Explanation explanation) {
        long placed = executors.values().stream().filter(held -> held.placement() != null).count();
        var text = new StringBuilder();
        text.append(placed).append(" that run or start");
        if (!hasToldOfMaster) {
            text.append("; no master has answered yet");
        }
        if (explanation.waiting() > 0) {
            text.append("; ").append(explanation.offersSeen()).append(" offers have come since one was asked for");
        }
        return text.toString();
    }

    private Effect tell(BackendEvent event) {
        return new Effect.Send(scheduler, event);
    }

    private Effect ask(FrameworkMessage.Command command) {
        return new Effect.Send(framework, command);
    }
}
