package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.BackendCommand;
import dev.capstan.driver.backend.Demand;
import dev.capstan.driver.backend.WhyNot;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Entry;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.resource.Needs;
import dev.capstan.mesos.scheduler.FrameworkConfig;
import dev.capstan.mesos.scheduler.FrameworkEntry;
import dev.capstan.mesos.scheduler.FrameworkScheduler;
import dev.capstan.mesos.scheduler.FrameworkUser;
import dev.capstan.testing.Simulation;
import dev.capstan.testing.SimulationFailure;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One seed: a program on a Mesos cluster, of which {@link FrameworkScheduler} and {@link CoarseExecutors} are real and
 * all else is played. Disasters happen for some minutes; then everything is healed, must come to what is wanted, and at
 * last, when the program ends, to nothing.
 */
final class MesosSimulation {
    private static final String NODE = "driver";
    private static final Address FRAMEWORK = new Address(NODE, "mesos-framework");
    private static final Address BACKEND = new Address(NODE, "backend");
    private static final Address SCHEDULER = new Address(NODE, "tasks");
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration DISASTERS = Duration.ofMinutes(5);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofHours(3);
    private static final Duration UNTIL_REGISTERED = Duration.ofMinutes(2);
    private static final int MOST_QUESTIONS = 60;
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);
    private static final Duration SLACK = Duration.ofMinutes(15);
    private static final Duration OLDEST_OFFER = Duration.ofSeconds(60);

    /** As usual, but that all tasks are asked about more often: what is lost must be found before the end. */
    private static final FrameworkConfig.Timing TIMING =
            new FrameworkConfig.Timing(
                    FrameworkConfig.Timing.USUAL.connecting(),
                    FrameworkConfig.Timing.USUAL.offering(),
                    new FrameworkConfig.Timing.Tasks(
                            Duration.ofSeconds(60),
                            Duration.ofSeconds(10),
                            Duration.ofSeconds(2),
                            Duration.ofMinutes(1),
                            Duration.ofMinutes(6),
                            Duration.ofMinutes(6)));

    private final Simulation simulation;
    private final MesosFaults faults;
    private final MesosMutant mutant;
    private final SimulatedMesos mesos;
    private Demand demand = Demand.NONE;
    private int wanted;
    private int processes;
    private int journalFrom;
    private @Nullable Process process;

    /** What a seed did; two runs of it are equal. */
    record Outcome(long trace, long steps, int launched, int processes, boolean satisfied) {}

    /** One life of the program. */
    private record Process(
            int number,
            FrameworkScheduler framework,
            ObservedExecutors executors,
            LeaseBook leases,
            SimulatedLink link,
            MesosWatch watch) {}

    private MesosSimulation(long seed, MesosMutant mutant, boolean planned) {
        this.simulation = new Simulation(seed);
        this.mutant = mutant;
        this.faults = new MesosFaults(simulation.random(), planned);
        this.mesos = new SimulatedMesos(simulation, faults);
        mesos.onExecutorUp(this::onExecutorUp);
        simulation.invariant(this::check);
        if (mutant == MesosMutant.WRITES_LATE) {
            simulation.withoutPersistBarrier();
        }
    }

    /**
     * @throws SimulationFailure when something does not hold that must
     */
    static Outcome run(long seed, MesosMutant mutant) {
        return new MesosSimulation(seed, mutant, seed % 4 != 0).run();
    }

    /** The run that a seed gave before there was maintenance. */
    static Outcome runAsOnce(long seed) {
        return new MesosSimulation(seed, MesosMutant.NONE, false).run();
    }

    private Outcome run() {
        desire();
        start();
        look();
        for (int i = 0; i < faults.disasters; i++) {
            simulation.at(faults.seconds(1, (int) DISASTERS.toSeconds()), this::disaster);
        }
        for (int i = faults.below(5); i > 0; i--) {
            simulation.at(faults.seconds(1, (int) DISASTERS.toSeconds()), this::desire);
        }
        simulation.runFor(DISASTERS);
        faults.heal();
        awaitSettled();
        boolean satisfied = leasesWanted() == mostLeases();
        if (!satisfied) {
            requireReason();
        }
        end();
        return new Outcome(simulation.trace(), simulation.steps(), mesos.launched(), processes, satisfied);
    }

    // the program

    private void start() {
        processes++;
        String prefix = "app-" + (mutant == MesosMutant.GIVES_NAMES_AGAIN ? 0 : processes) + "-executor-";
        var config =
                new CoarseConfig(
                        prefix,
                        SimulatedMesos.ROLE,
                        Resources.cpus(faults.cpusPerExecutor),
                        needs(),
                        Constraints.parse(""),
                        new ExecutorCount(faults.least, faults.most, Duration.ofSeconds(60)),
                        Duration.ofSeconds(120),
                        MesosSimulation::template);
        var framework =
                new FrameworkScheduler(
                        new FrameworkConfig(info(), TIMING, 0, simulation.random().nextLong()),
                        new FrameworkUser(BACKEND, CoarseMessage.Said::new),
                        written().stream().map(FrameworkEntry.class::cast).toList());
        var executors = new ObservedExecutors(new CoarseExecutors(config, SCHEDULER, FRAMEWORK), simulation, mutant);
        var leases = new LeaseBook(simulation, faults.most);
        var watch = new MesosWatch(simulation, this::written);
        var link = new SimulatedLink(simulation, faults, mesos, watch);
        process = new Process(processes, framework, executors, leases, link, watch);
        simulation.host(SCHEDULER, leases, Operations.NONE);
        simulation.host(BACKEND, executors, Operations.NONE);
        simulation.host(FRAMEWORK, new MutatedFramework(framework, mutant), link);
        tell(new BackendCommand.Start());
        tell(new BackendCommand.Desire(demand));
    }

    private Needs needs() {
        Needs needs = Needs.of(faults.cpusPerExecutor * 1_000L, faults.cpusPerExecutor * 1_000_000L);
        return faults.ports == 0 ? needs : needs.withPorts(faults.ports);
    }

    private FrameworkInfo info() {
        var info =
                FrameworkInfo.newBuilder()
                        .setUser("somebody")
                        .setName("app")
                        .addRoles(SimulatedMesos.ROLE)
                        .setCheckpoint(faults.checkpoint)
                        .setFailoverTimeout(faults.failoverTimeout.toMillis() / 1e3)
                        .addCapabilities(capability(FrameworkInfo.Capability.Type.MULTI_ROLE));
        if (faults.partitionAware) {
            info.addCapabilities(capability(FrameworkInfo.Capability.Type.PARTITION_AWARE));
        }
        return info.build();
    }

    private static FrameworkInfo.Capability capability(FrameworkInfo.Capability.Type type) {
        return FrameworkInfo.Capability.newBuilder().setType(type).build();
    }

    private static TaskInfo template(String executor) {
        return TaskInfo.newBuilder()
                .setName("executor")
                .setTaskId(TaskID.newBuilder().setValue(executor))
                .setAgentId(AgentID.newBuilder().setValue(""))
                .setCommand(CommandInfo.newBuilder().setValue("run"))
                .build();
    }

    /** What a run finds that begins now. */
    private List<Entry> written() {
        List<Entry> all = simulation.durable(FRAMEWORK);
        return all.subList(journalFrom, all.size());
    }

    private void tell(BackendCommand command) {
        simulation.tell(BACKEND, command, AT_ONCE);
    }

    private void onExecutorUp(String task) {
        Process now = process;
        var lease = new LeaseId(task);
        if (now != null && now.leases().register(lease)) {
            tell(new BackendCommand.Registered(lease));
        }
    }

    private void desire() {
        wanted = faults.below(4) == 0 ? 0 : faults.below(40);
        demand = new Demand(List.of(new Demand.Wanted(Resources.cpus(1), wanted, new TreeMap<>())));
        tell(new BackendCommand.Desire(demand));
    }

    private void release() {
        Process now = process;
        if (now != null && !now.leases().held().isEmpty()) {
            tell(new BackendCommand.Release(now.leases().held().get(faults.below(now.leases().held().size()))));
        }
    }

    /** As a driver does that waits for executors in vain. */
    private void releaseUnregistered() {
        Process now = process;
        if (now == null) {
            return;
        }
        for (LeaseId lease : now.leases().held()) {
            if (now.leases().holdsUnregistered(lease)) {
                simulation.at(
                        UNTIL_REGISTERED,
                        () -> {
                            if (process == now && now.leases().holdsUnregistered(lease)) {
                                tell(new BackendCommand.Release(lease));
                            }
                        });
            }
        }
    }

    private void crash(Duration downtime) {
        Process now = process;
        if (now == null) {
            return;
        }
        process = null;
        simulation.crash(NODE);
        now.link().dropDead();
        if (!faults.executorsOutliveDriver) {
            simulation.at(Duration.ofSeconds(10), () -> mesos.endExecutorsOf("app-" + now.number() + "-"));
        }
        simulation.at(downtime, this::start);
    }

    /** A program whose cluster is dead ends, and somebody runs it again. */
    private void endIfDead() {
        Process now = process;
        String reason = now == null ? null : now.leases().dead();
        if (reason == null) {
            return;
        }
        tell(new BackendCommand.Stop());
        simulation.at(
                Duration.ofSeconds(1),
                () -> {
                    if (process == now) {
                        if (reason.contains("has removed this framework")) {
                            journalFrom = simulation.durable(FRAMEWORK).size();
                        }
                        crash(Duration.ofSeconds(2));
                    }
                });
    }

    private void look() {
        endIfDead();
        releaseUnregistered();
        simulation.at(LOOK_EVERY, this::look);
    }

    // disasters

    private void disaster() {
        switch (faults.disaster()) {
            case 0 -> mesos.breakConnections();
            case 1 -> mesos.hangConnections(true);
            case 2 -> mesos.hangConnections(false);
            case 3 -> mesos.failOver();
            case 4 -> mesos.rescindSomething();
            case 5 -> mesos.takeAwhile();
            case 6 -> mesos.cutAgent(faults.seconds(1, faults.chance(2) ? 60 : 400));
            case 7 -> mesos.restartAgent();
            case 8 -> mesos.blinkAgent();
            case 9 -> mesos.loseMachine();
            case 10 -> mesos.crashExecutor();
            case 11 -> crash(faults.seconds(0, faults.chance(4) ? 60 : 10));
            case 12 -> release();
            case 14 -> mesos.planMaintenance();
            case 15 -> mesos.cancelMaintenance();
            case 16 -> mesos.drainAgent();
            default -> {
                if (faults.chance(2)) {
                    mesos.impersonate();
                } else if (faults.chance(3)) {
                    mesos.removeFrameworks();
                }
            }
        }
    }

    // what must hold

    private void check() {
        Process now = process;
        if (now != null) {
            now.watch().check(now.framework());
        }
        Duration offer = mesos.oldestOffer();
        if (offer != null && offer.compareTo(OLDEST_OFFER) > 0) {
            throw simulation.failure("an offer has had no answer for " + offer);
        }
    }

    private void awaitSettled() {
        long end = simulation.nowNanos() + PATIENCE.toNanos();
        String missing = unsettled();
        while (!missing.isEmpty()) {
            if (simulation.nowNanos() > end) {
                throw simulation.failure("not settled although all is healed: " + missing);
            }
            simulation.runFor(LOOK_EVERY);
            missing = unsettled();
        }
    }

    /** What is not yet as it must become; empty when everything is. */
    private String unsettled() {
        Process now = process;
        if (now == null || now.leases().dead() != null) {
            return "the program does not run";
        }
        FrameworkScheduler.View view = now.framework().view();
        var real = new TreeSet<>(mesos.tasks());
        var book = new TreeSet<>(view.tasks());
        if (!view.subscribed()) {
            return "the framework is not subscribed";
        }
        if (mesos.maintains()) {
            return "machines are down, or are to go down";
        }
        if (!real.equals(book)) {
            return "tasks in the cluster are " + real + ", in the book " + book;
        }
        if (!mesos.allIsAcknowledged()) {
            return "updates wait for acknowledgements";
        }
        for (String task : book) {
            if (!now.executors().awaitsEnd(task)) {
                return task + " runs and is over for the executors' actor";
            }
        }
        var leases = new TreeSet<String>();
        now.leases().held().forEach(lease -> leases.add(lease.name()));
        if (!leases.equals(book)) {
            return "leases are " + leases + ", tasks " + book;
        }
        int held = leases.size();
        int expected = Math.min(leasesWanted(), mostLeases());
        int most = wanted == 0 ? faults.least : faults.most;
        return held < expected || held > most || !now.leases().allWork()
                ? held + " executors of " + expected + " to " + most + ", all at work: " + now.leases().allWork()
                : "";
    }

    private int leasesWanted() {
        return Math.clamp(Math.ceilDiv(wanted, faults.cpusPerExecutor), faults.least, faults.most);
    }

    private int mostLeases() {
        return Math.min(leasesWanted(), mesos.capacity());
    }

    private void requireReason() {
        WhyNot why = null;
        for (int i = 0; i < MOST_QUESTIONS; i++) {
            simulation.runFor(LOOK_EVERY);
            tell(new BackendCommand.Explain());
            simulation.runFor(Duration.ofSeconds(1));
            Process now = process;
            why = now == null ? null : now.leases().whyNot();
            if (why != null && !why.refusals().isEmpty()) {
                return;
            }
        }
        throw simulation.failure("nothing says why there is not what is wanted: " + why);
    }

    private void end() {
        Process now = process;
        tell(new BackendCommand.Stop());
        // a program that cannot tell the master leaves its tasks to the master's patience
        Duration bound = mesos.hears() ? LAST_WORDS : faults.failoverTimeout.plus(SLACK);
        if (!simulation.runUntil(() -> mesos.tasks().isEmpty(), bound)) {
            throw simulation.failure("after the end of the program there is " + mesos.tasks());
        }
        if (now != null && !now.leases().held().isEmpty()) {
            throw simulation.failure("after the end of the program there are leases: " + now.leases().held());
        }
    }
}
