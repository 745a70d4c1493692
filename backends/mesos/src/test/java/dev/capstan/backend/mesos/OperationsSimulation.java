package dev.capstan.backend.mesos;

import dev.capstan.ha.MemoryEpochStore;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Entry;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.resource.Needs;
import dev.capstan.mesos.scheduler.FrameworkConfig;
import dev.capstan.mesos.scheduler.FrameworkEntry;
import dev.capstan.mesos.scheduler.FrameworkEntryCodec;
import dev.capstan.mesos.scheduler.FrameworkEvent;
import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.mesos.scheduler.FrameworkRecovery;
import dev.capstan.mesos.scheduler.FrameworkScheduler;
import dev.capstan.mesos.scheduler.FrameworkUser;
import dev.capstan.mesos.scheduler.GroupRequest;
import dev.capstan.mesos.scheduler.OperationRequest;
import dev.capstan.mesos.scheduler.Placement;
import dev.capstan.mesos.scheduler.Reservation;
import dev.capstan.mesos.scheduler.ResourceChange;
import dev.capstan.mesos.scheduler.TaskRequest;
import dev.capstan.testing.Simulation;
import dev.capstan.testing.SimulationFailure;

import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * One seed: a framework of somebody's own that reserves, gives back, and launches tasks and groups, some reserved as
 * they are launched, some under an executor that runs. Disasters happen for some minutes; then nothing more is wanted,
 * everything is healed, and must come to nothing: each operation and each task has ended once in the book, and nothing
 * waits for an acknowledgement.
 */
final class OperationsSimulation {
    private static final Address FRAMEWORK = new Address("node", "framework");
    private static final Address USER = new Address("node", "user");
    private static final Duration DISASTERS = Duration.ofMinutes(4);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofHours(3);
    private static final Constraints ANYWHERE = Constraints.parse("");

    private final Simulation simulation;
    private final OperationsMutant mutant;
    private final MesosFaults faults;
    private final SimulatedMesos mesos;
    private final SequencedMap<String, Placement> reserved = new LinkedHashMap<>();
    private int requests;
    private int journalFrom;
    private boolean wantsNothing;
    private @Nullable Process process;

    /** What a seed did; two runs of it are equal. */
    record Outcome(long trace, long steps, int operations, int joined) {}

    /** One life of the framework. */
    private record Process(FrameworkScheduler framework, SimulatedLink link, MesosWatch watch) {}

    private OperationsSimulation(long seed, OperationsMutant mutant) {
        this.simulation = new Simulation(seed);
        this.mutant = mutant;
        this.faults = new MesosFaults(simulation.random(), true);
        this.mesos = new SimulatedMesos(simulation, faults, true);
        simulation.invariant(this::check);
    }

    /**
     * @throws SimulationFailure when something does not hold that must
     */
    static Outcome run(long seed, OperationsMutant mutant) {
        return new OperationsSimulation(seed, mutant).run();
    }

    private Outcome run() {
        start();
        for (int i = 10 + faults.below(30); i > 0; i--) {
            simulation.at(faults.seconds(1, (int) DISASTERS.toSeconds()), this::want);
        }
        for (int i = faults.disasters; i > 0; i--) {
            simulation.at(faults.seconds(1, (int) DISASTERS.toSeconds()), this::disaster);
        }
        simulation.runFor(DISASTERS);
        faults.heal();
        wantsNothing = true;
        awaitNothing();
        return new Outcome(simulation.trace(), simulation.steps(), requireEachEndedOnce(), mesos.joined());
    }

    // the framework

    private void start() {
        var framework =
                new FrameworkScheduler(
                        new FrameworkConfig(info(), FrameworkConfig.Timing.USUAL, 0, simulation.random().nextLong()),
                        new FrameworkUser(USER, event -> event),
                        recovered());
        var watch = new MesosWatch(simulation, this::written);
        var link = new SimulatedLink(simulation, faults, mesos, watch);
        process = new Process(framework, link, watch);
        simulation.host(USER, new User(), Operations.NONE);
        simulation.host(FRAMEWORK, new MutatedOperations(framework, mutant), link);
        tell(new FrameworkMessage.Start());
    }

    private static FrameworkInfo info() {
        var info =
                FrameworkInfo.newBuilder()
                        .setUser("somebody")
                        .setName("operations")
                        .addRoles(SimulatedMesos.ROLE)
                        .setCheckpoint(true)
                        .setFailoverTimeout(3_600);
        for (Capability.Type type :
                List.of(
                        Capability.Type.MULTI_ROLE,
                        Capability.Type.PARTITION_AWARE,
                        Capability.Type.RESERVATION_REFINEMENT)) {
            info.addCapabilities(Capability.newBuilder().setType(type));
        }
        return info.build();
    }

    /** What a run finds that begins now. */
    private List<Entry> written() {
        List<Entry> all = simulation.durable(FRAMEWORK);
        return all.subList(journalFrom, all.size());
    }

    /** Of what was written, what counts. */
    private List<FrameworkEntry> recovered() {
        var codec = new FrameworkEntryCodec();
        try (var store = new MemoryEpochStore()) {
            store.take().append(written().stream().map(entry -> codec.encode((FrameworkEntry) entry)).toList());
            return FrameworkRecovery.recover(store.take());
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail", e);
        }
    }

    private void tell(FrameworkMessage message) {
        simulation.tell(FRAMEWORK, message, Duration.ZERO);
    }

    /** Keeps what is reserved, so that it can be given back. */
    private final class User implements Actor<FrameworkEvent> {
        private final SequencedMap<String, Placement> asked = new LinkedHashMap<>();
        private final Set<String> over = new HashSet<>(); // membership only

        @Override
        public List<Effect> on(FrameworkEvent event, long nowNanos) {
            switch (event) {
                case FrameworkEvent.OperationPlaced(var id, var placement) -> asked.put(id, placement);
                case FrameworkEvent.OperationEnded(var id, var end) -> {
                    require(over.add(id), id + " is told to be over twice");
                    Placement placement = asked.remove(id);
                    if (placement != null && end.isDone() && id.startsWith("reserve")) {
                        reserved.put(id, placement);
                    }
                }
                case FrameworkEvent.TaskEnded(var id, _) ->
                        require(over.add("task " + id), "task " + id + " is told to be over twice");
                case FrameworkEvent.RequestRefused refused -> throw simulation.failure(refused.toString());
                case FrameworkEvent.Failed _ ->
                        simulation.at(
                                Duration.ofMillis(1),
                                () -> {
                                    journalFrom = simulation.durable(FRAMEWORK).size();
                                    crash(Duration.ofSeconds(2));
                                });
                case FrameworkEvent.Registered _,
                        FrameworkEvent.Disconnected _,
                        FrameworkEvent.TaskPlaced _,
                        FrameworkEvent.TaskChanged _,
                        FrameworkEvent.OperationChanged _,
                        FrameworkEvent.Described _,
                        FrameworkEvent.DescriptionRefused _,
                        FrameworkEvent.ExecutorEnded _,
                        FrameworkEvent.AgentLost _,
                        FrameworkEvent.AgentLeaving _,
                        FrameworkEvent.MessageArrived _,
                        FrameworkEvent.Explained _,
                        FrameworkEvent.Stopped _ -> {
                    // nothing to do, and nothing to hold it to
                }
            }
            return List.of();
        }
    }

    private void want() {
        int number = requests++;
        switch (faults.below(6)) {
            case 0, 1 -> operate("reserve-" + number, new ResourceChange.Reserve(needs(), ANYWHERE, "", LABELS));
            case 2 -> giveBack(number);
            case 3 -> tell(new FrameworkMessage.Launch(task(number)));
            default -> tell(new FrameworkMessage.LaunchGroup(group(number)));
        }
        if (faults.chance(4)) {
            tell(new FrameworkMessage.Cancel("task-" + faults.below(requests)));
        }
    }

    private static final Labels LABELS = Labels.getDefaultInstance();

    private static Needs needs() {
        return Needs.of(500, 64_000);
    }

    private void operate(String id, ResourceChange change) {
        tell(new FrameworkMessage.Operate(new OperationRequest(id, SimulatedMesos.ROLE, change)));
    }

    private void giveBack(int number) {
        var first = reserved.pollFirstEntry();
        if (first != null) {
            Placement placement = first.getValue();
            operate("unreserve-" + number, new ResourceChange.Unreserve(placement.agentId(), placement.resources()));
        }
    }

    private TaskRequest task(int number) {
        var task = new TaskRequest("task-" + number, SimulatedMesos.ROLE, needs(), ANYWHERE, "tasks", template(number));
        return faults.chance(2) ? task : task.reserving(new Reservation("reserve-" + number, "", LABELS));
    }

    private static TaskInfo template(int number) {
        return TaskInfo.newBuilder()
                .setName("task-" + number)
                .setCommand(CommandInfo.newBuilder().setValue("run"))
                .buildPartial();
    }

    /** Under one of a few executors, so that some join one that runs. */
    private GroupRequest group(int number) {
        var executor = ExecutorInfo.newBuilder();
        executor.getExecutorIdBuilder().mergeFrom(ExecutorID.newBuilder().setValue("e-" + faults.below(2)).build());
        List<GroupRequest.Member> members = new ArrayList<>();
        members.add(new GroupRequest.Member("task-" + number, needs(), template(number)));
        members.add(new GroupRequest.Member("task-" + number + "-b", needs(), template(number)));
        var group =
                new GroupRequest(
                        SimulatedMesos.ROLE,
                        ANYWHERE,
                        "groups",
                        executor.build(),
                        Needs.of(100, 32_000).withDisk(100_000),
                        members);
        return faults.chance(2) ? group : group.reserving(new Reservation("reserve-" + number, "", LABELS));
    }

    private void crash(Duration downtime) {
        Process now = process;
        if (now != null) {
            process = null;
            simulation.crash(FRAMEWORK.node());
            now.link().dropDead();
            simulation.at(downtime, this::start);
        }
    }

    // disasters

    private void disaster() {
        switch (faults.below(12)) {
            case 0 -> mesos.breakConnections();
            case 1 -> mesos.hangConnections(true);
            case 2 -> mesos.hangConnections(false);
            case 3 -> mesos.failOver();
            case 4 -> mesos.rescindSomething();
            case 5 -> mesos.cutAgent(faults.seconds(1, faults.chance(2) ? 60 : 400));
            case 6 -> mesos.restartAgent();
            case 7 -> mesos.blinkAgent();
            case 8 -> mesos.loseMachine();
            case 9 -> mesos.crashExecutor();
            case 10 -> crash(faults.seconds(0, faults.chance(4) ? 60 : 10));
            default -> mesos.planMaintenance();
        }
    }

    // what must hold

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw simulation.failure(otherwise);
        }
    }

    private void check() {
        Process now = process;
        if (now != null) {
            now.watch().check(now.framework());
        }
    }

    /** What waits is withdrawn, what runs is killed, and what was asked for ends by itself. */
    private void awaitNothing() {
        long end = simulation.nowNanos() + PATIENCE.toNanos();
        String left = left();
        while (!left.isEmpty()) {
            require(simulation.nowNanos() < end, "this is left although all is healed: " + left);
            for (int i = 0; i < requests; i++) {
                for (String id : List.of("reserve-" + i, "unreserve-" + i)) {
                    tell(new FrameworkMessage.Withdraw(id));
                }
                tell(new FrameworkMessage.Cancel("task-" + i));
                tell(new FrameworkMessage.Cancel("task-" + i + "-b"));
            }
            simulation.runFor(LOOK_EVERY);
            left = left();
        }
    }

    private String left() {
        Process now = process;
        if (now == null || !now.framework().view().subscribed() || !wantsNothing) {
            return "no framework is subscribed";
        }
        FrameworkScheduler.View view = now.framework().view();
        if (!view.operations().isEmpty() || !view.tasks().isEmpty()) {
            return "in the book: " + view.operations() + ", " + view.tasks();
        }
        if (!mesos.tasks().isEmpty()) {
            return "in the cluster: " + mesos.tasks();
        }
        return mesos.allIsAcknowledged() ? "" : "something waits for an acknowledgement";
    }

    /** In the book since the framework has its id: as often as it was written down, and no more. */
    private int requireEachEndedOnce() {
        Map<String, Integer> open = new HashMap<>(); // looked up, never iterated
        int operations = 0;
        for (Entry entry : written()) {
            switch ((FrameworkEntry) entry) {
                case FrameworkEntry.OperationIntended(var id, _) -> {
                    operations++;
                    open.merge("operation " + id, 1, Integer::sum);
                    require(open.get("operation " + id) == 1, id + " is asked for twice");
                }
                case FrameworkEntry.Intended(var id, _, _) -> open.merge(id, 1, Integer::sum);
                case FrameworkEntry.OperationEnded(var id) -> {
                    int rest = open.merge("operation " + id, -1, Integer::sum);
                    require(rest == 0, id + " has ended " + (1 - rest) + " times in the book");
                }
                case FrameworkEntry.Ended(var id) -> {
                    int rest = open.merge(id, -1, Integer::sum);
                    require(rest == 0, id + " has ended " + (1 - rest) + " times in the book");
                }
                case FrameworkEntry.Identified _,
                        FrameworkEntry.Forgotten _,
                        FrameworkEntry.ExecutorIntended _,
                        FrameworkEntry.Changed _,
                        FrameworkEntry.Cancelled _ -> {
                    // says nothing of ends
                }
            }
        }
        return operations;
    }
}
