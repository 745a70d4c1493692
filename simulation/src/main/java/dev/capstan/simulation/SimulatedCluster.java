package dev.capstan.simulation;

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
import dev.capstan.kernel.actor.Operation;
import dev.capstan.kernel.resource.Resources;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/** A backend whose cluster gives, takes away and gives again as chance has it, but in the end always gives. */
final class SimulatedCluster implements Actor<BackendMessage> {
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(2);

    private final SplittableRandom random;
    private final Address scheduler;
    private final int executors;
    private final boolean repeatsItself;
    private final int leastCpus;
    private final SequencedMap<LeaseId, Lease> leases = new LinkedHashMap<>();
    private int granted;
    private int underWay;

    /** What it tells itself, and what the simulation tells it. */
    sealed interface Own extends BackendMessage {
        /** A lease is ready. */
        record Grant() implements Own {}

        /** The executor is gone, and the cluster noticed. */
        record Noticed(LeaseId lease, LossReason reason) implements Own {}

        /** The cluster wants it back soon. */
        record Reclaim(LeaseId lease) implements Own {}

        /** It is larger or smaller from now on. */
        record Resize(LeaseId lease, int cpus) implements Own {}

        /** Now it takes it. */
        record Take(LeaseId lease) implements Own {}
    }

    /** What it has done. */
    sealed interface Work extends Operation {
        record StartExecutor(Lease lease) implements Work {}

        record StopExecutor(LeaseId lease) implements Work {}
    }

    SimulatedCluster(SplittableRandom random, Address scheduler, int executors, boolean repeatsItself, int leastCpus) {
        this.leastCpus = leastCpus;
        this.random = random;
        this.scheduler = scheduler;
        this.executors = executors;
        this.repeatsItself = repeatsItself;
    }

    List<Lease> leases() {
        return new ArrayList<>(leases.values());
    }

    @Override
    public List<Effect> on(BackendMessage message, long nowNanos) {
        List<Effect> effects = new ArrayList<>();
        switch (message) {
            case BackendCommand.Start() -> {
                tell(effects, new BackendEvent.Connected("a simulated cluster"));
                keepGranting(effects);
            }
            case BackendCommand.Desire _, BackendCommand.Registered _, BackendCommand.Stop() -> {
                // it gives what it has
            }
            case BackendCommand.Release(var lease) -> end(effects, lease, LossReason.RELEASED);
            case BackendCommand.Explain() ->
                    tell(
                            effects,
                            new BackendEvent.Explained(
                                    new WhyNot(executors + " executors", leases.size() + " executors", List.of())));
            case Own.Grant() -> grant(effects);
            case Own.Noticed(var lease, var reason) -> end(effects, lease, reason);
            case Own.Reclaim(var lease) -> {
                if (leases.containsKey(lease)) {
                    tell(effects, new BackendEvent.Ending(lease, STOPS_WITHIN, "maintenance"));
                    effects.add(new Effect.Arm("take-" + lease, STOPS_WITHIN, new Own.Take(lease)));
                }
            }
            case Own.Resize(var lease, var cpus) -> resize(effects, lease, cpus);
            case Own.Take(var lease) -> end(effects, lease, LossReason.PREEMPTED);
            default -> throw new IllegalArgumentException("not for the simulated cluster: " + message);
        }
        return effects;
    }

    private void keepGranting(List<Effect> effects) {
        while (leases.size() + underWay < executors) {
            underWay++;
            var after = Duration.ofMillis(random.nextInt(3_000));
            effects.add(new Effect.Arm("grant-" + granted++, after, new Own.Grant()));
        }
    }

    private void grant(List<Effect> effects) {
        underWay--;
        int number = granted++;
        var lease =
                new Lease(
                        new LeaseId("lease-" + number),
                        new ExecutorId("executor-" + number),
                        "host-" + random.nextInt(3),
                        new Resources(1000L * (leastCpus + random.nextInt(4)), 0, Map.of("gpu", 2_000L)));
        leases.put(lease.id(), lease);
        var start = new Effect.Perform(new Work.StartExecutor(lease));
        if (random.nextBoolean()) { // either news may come first
            effects.add(start);
            tell(effects, new BackendEvent.Granted(lease));
        } else {
            tell(effects, new BackendEvent.Granted(lease));
            effects.add(start);
        }
    }

    /** What the executor itself starts at once stays the same; tasks that are too many wait there. */
    private void resize(List<Effect> effects, LeaseId id, int cpus) {
        Lease before = leases.get(id);
        if (before != null) {
            Resources resources =
                    new Resources(1000L * cpus, before.resources().memoryBytes(), before.resources().named());
            var after = new Lease(id, before.executor(), before.host(), resources);
            leases.put(id, after);
            tell(effects, new BackendEvent.Changed(after));
        }
    }

    private void end(List<Effect> effects, LeaseId id, LossReason reason) {
        if (leases.remove(id) != null) {
            effects.add(new Effect.Perform(new Work.StopExecutor(id)));
            tell(effects, new BackendEvent.Ended(id, reason, "the simulation says so"));
            keepGranting(effects);
        }
    }

    private void tell(List<Effect> effects, BackendEvent event) {
        effects.add(new Effect.Send(scheduler, event));
        if (repeatsItself && random.nextInt(4) == 0) {
            effects.add(new Effect.Send(scheduler, event));
        }
    }
}
