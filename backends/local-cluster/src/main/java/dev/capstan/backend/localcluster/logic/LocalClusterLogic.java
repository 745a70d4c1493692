package dev.capstan.backend.localcluster.logic;

import dev.capstan.driver.backend.BackendCommand;
import dev.capstan.driver.backend.BackendEvent;
import dev.capstan.driver.backend.BackendMessage;
import dev.capstan.driver.backend.Lease;
import dev.capstan.driver.backend.LossReason;
import dev.capstan.driver.backend.WhyNot;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.resource.Resources;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Keeps so many executor processes alive for as long as the application lives, wanted or not.
 *
 * <p>It alone owns which leases there are. It takes {@link BackendCommand}s and {@link LocalClusterMessage}s, tells the
 * task scheduler {@link BackendEvent}s and has {@link LocalClusterOperation}s done. A process that ends is followed by
 * another after a moment. When {@value #MOST_IN_A_ROW} for each executor have ended in a row before they registered,
 * and none works, no executor can be started here, and the backend is dead; as long as one works, others are tried now
 * and then. Processes that worked may end as often as they do.
 */
public final class LocalClusterLogic implements Actor<BackendMessage> {
    static final int MOST_IN_A_ROW = 5;
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Duration LONG_PAUSE = Duration.ofSeconds(5);
    private static final String START_MISSING = "start-missing";

    private final String host;
    private final int executors;
    private final Resources resources;
    private final Address scheduler;
    private final SequencedMap<LeaseId, Held> leases = new LinkedHashMap<>();
    private boolean stopped;
    private int started;
    private int failedInARow;
    private String lastEnd = "";

    private record Held(Lease lease, boolean registered) {}

    /**
     * @param executors how many
     * @param resources of each
     * @param scheduler the task scheduler
     */
    public LocalClusterLogic(String host, int executors, Resources resources, Address scheduler) {
        this.host = host;
        this.executors = executors;
        this.resources = resources;
        this.scheduler = scheduler;
    }

    @Override
    public List<Effect> on(BackendMessage message, long nowNanos) {
        return switch (message) {
            case BackendCommand command -> onCommand(command);
            case LocalClusterMessage own -> onOwn(own);
            default -> throw new IllegalArgumentException("not for the local-cluster backend: " + message);
        };
    }

    private List<Effect> onCommand(BackendCommand command) {
        return switch (command) {
            case BackendCommand.Start() -> onStart();
            case BackendCommand.Desire _ -> List.of(); // it gives what it has
            case BackendCommand.Registered(var id) -> onRegistered(id);
            case BackendCommand.Release(var id) -> onRelease(id);
            case BackendCommand.Explain() -> List.of(tell(new BackendEvent.Explained(explain())));
            case BackendCommand.Stop() -> onStop();
        };
    }

    private List<Effect> onOwn(LocalClusterMessage own) {
        return switch (own) {
            case LocalClusterMessage.ProcessEnded(var id, var reason, var detail) -> onProcessEnded(id, reason, detail);
            case LocalClusterMessage.StartMissing() -> startMissing();
        };
    }

    private List<Effect> onStart() {
        List<Effect> effects = new ArrayList<>();
        effects.add(
                tell(
                        new BackendEvent.Connected(
                                executors + " executor processes on this machine, each with " + resources)));
        effects.addAll(startMissing());
        return effects;
    }

    private List<Effect> startMissing() {
        List<Effect> effects = new ArrayList<>();
        while (!stopped && leases.size() < executors) {
            int number = started++;
            var lease =
                    new Lease(
                            new LeaseId("local-cluster-" + number),
                            new ExecutorId("executor-" + number),
                            host,
                            resources);
            leases.put(lease.id(), new Held(lease, false));
            effects.add(tell(new BackendEvent.Granted(lease)));
            effects.add(new Effect.Perform(new LocalClusterOperation.StartProcess(lease)));
        }
        return effects;
    }

    private List<Effect> onRegistered(LeaseId id) {
        Held held = leases.computeIfPresent(id, (_, known) -> new Held(known.lease(), true));
        if (held != null) {
            failedInARow = 0;
        }
        return List.of();
    }

    private List<Effect> onRelease(LeaseId id) {
        Held held = leases.remove(id);
        if (held == null) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        effects.add(new Effect.Perform(new LocalClusterOperation.StopProcess(id)));
        effects.add(tell(new BackendEvent.Ended(id, LossReason.RELEASED, "given back")));
        effects.add(next(held, "it did not register and was given back"));
        return effects;
    }

    private List<Effect> onProcessEnded(LeaseId id, LossReason reason, String detail) {
        Held held = leases.remove(id);
        if (held == null) {
            return List.of();
        }
        boolean cannotStart = !held.registered() && reason == LossReason.CRASHED;
        return List.of(
                tell(new BackendEvent.Ended(id, cannotStart ? LossReason.LAUNCH_FAILED : reason, detail)),
                next(held, detail));
    }

    /** Another one, unless none ever comes up. */
    private Effect next(Held ended, String detail) {
        lastEnd = detail;
        if (!ended.registered()) {
            failedInARow++;
        }
        if (!ended.registered() && isHopeless() && leases.values().stream().noneMatch(Held::registered)) {
            stopped = true;
            return tell(
                    new BackendEvent.Dead(
                            "executors cannot be started here, "
                                    + failedInARow
                                    + " in a row have ended before they registered; the last one: "
                                    + detail));
        }
        return new Effect.Arm(START_MISSING, isHopeless() ? LONG_PAUSE : PAUSE, new LocalClusterMessage.StartMissing());
    }

    private boolean isHopeless() {
        return failedInARow >= MOST_IN_A_ROW * executors;
    }

    private List<Effect> onStop() {
        stopped = true;
        List<Effect> effects = new ArrayList<>();
        for (LeaseId id : leases.keySet()) {
            effects.add(new Effect.Perform(new LocalClusterOperation.StopProcess(id)));
            effects.add(tell(new BackendEvent.Ended(id, LossReason.RELEASED, "the application ends")));
        }
        leases.clear();
        return effects;
    }

    private WhyNot explain() {
        String given = leases.size() + ", counting those that are starting";
        return new WhyNot(
                executors + " executor processes on this machine, each with " + resources,
                lastEnd.isEmpty() ? given : given + "; the last one that ended: " + lastEnd,
                List.of());
    }

    private Effect tell(BackendEvent event) {
        return new Effect.Send(scheduler, event);
    }
}
