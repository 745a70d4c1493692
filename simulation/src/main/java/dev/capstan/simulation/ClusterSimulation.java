package dev.capstan.simulation;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.ContextDefaults;
import dev.capstan.driver.backend.BackendCommand;
import dev.capstan.driver.backend.Lease;
import dev.capstan.driver.backend.LossReason;
import dev.capstan.driver.dag.DagConfig;
import dev.capstan.driver.dag.DagMessage;
import dev.capstan.driver.dag.DagOperation;
import dev.capstan.driver.dag.DagScheduler;
import dev.capstan.driver.dag.DagView;
import dev.capstan.driver.job.JobCancelledException;
import dev.capstan.driver.job.JobFailedException;
import dev.capstan.driver.scheduling.LeaseTaskScheduler;
import dev.capstan.driver.scheduling.PoolSettings;
import dev.capstan.driver.scheduling.SchedulingConfig;
import dev.capstan.engine.accumulator.Accumulators;
import dev.capstan.engine.broadcast.DriverBroadcasts;
import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.lineage.LineageDepth;
import dev.capstan.engine.shuffle.ShuffleStore;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Operation;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.testing.Simulation;
import dev.capstan.testing.SimulationFailure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * One seed: a cluster and a program are drawn, jobs run while things go wrong, then the faults stop and every job must
 * end, with the result that a plain computation gives.
 */
public final class ClusterSimulation {
    private static final String DRIVER = "driver";
    private static final Address DAG = new Address(DRIVER, "dag");
    private static final Address TASKS = new Address(DRIVER, "tasks");
    private static final Address BACKEND = new Address(DRIVER, "backend");
    private static final Address DESK = new Address(DRIVER, "desk");
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration FAULTS_LAST = Duration.ofSeconds(20);
    private static final Duration MUST_END_WITHIN = Duration.ofHours(2);
    private static final Duration NOTICE = Duration.ofMillis(500);
    private static final Duration SETTLED_EVERY = Duration.ofMillis(73);
    private static final Duration SILENCE = Duration.ofSeconds(15);
    private static final PoolSettings POOLS =
            new PoolSettings(
                    List.of(
                            new PoolSettings.Pool("heavy", 5, 0, SchedulingConfig.OrderMode.FIFO),
                            new PoolSettings.Pool("light", 1, 2, SchedulingConfig.OrderMode.FAIR)));

    private final Simulation simulation;
    private final SplittableRandom random;
    private final Faults faults;
    private final Mutant mutant;
    private final DagScheduler dag;
    private final LeaseTaskScheduler tasks;
    private final SimulatedCluster cluster;
    private final Accumulators accumulators =
            new Accumulators(new CompactSerializer(), ClusterSimulation.class.getClassLoader());
    private final SimulatedDesk desk = new SimulatedDesk(accumulators);
    private final DriverBroadcasts broadcasts =
            new DriverBroadcasts(new CompactSerializer(), Codec.NONE, false, (_, _) -> {}, this::forgetBroadcast);
    private final Map<LeaseId, SimulatedExecutor> executors = new LinkedHashMap<>();
    private final List<RandomProgram.RunningJob> jobs = new ArrayList<>();
    private final RandomProgram program;
    private final ClusterInvariants invariants;
    private final CapstanContext context;

    /** What a run did. */
    public record Outcome(long seed, Duration virtual, long steps, long trace, int jobs, int tasks) {}

    private ClusterSimulation(long seed, Mutant mutant) {
        this.simulation = new Simulation(seed);
        this.random = simulation.random();
        this.faults = new Faults(random, seed);
        this.mutant = mutant;
        this.dag = new DagScheduler(dagConfig(), TASKS, DESK);
        this.tasks = new LeaseTaskScheduler(DAG, BACKEND, new Epoch(1), schedulingConfig());
        this.cluster =
                new SimulatedCluster(
                        random.split(), TASKS, faults.executors, faults.repeatedPerMille > 0, faults.wideTasks ? 2 : 1);
        this.context =
                new CapstanContext(
                        new SimulatedRunner(simulation, DAG, desk, faults, broadcasts, accumulators),
                        new ContextDefaults(
                                3,
                                new CompactSerializer(),
                                ClusterSimulation.class.getClassLoader(),
                                LineageDepth.DEFAULT_LIMIT,
                                128 << 20));
        this.program =
                new RandomProgram(
                        context,
                        random.split(),
                        new SplittableRandom(~seed),
                        faults.forgotten == 0,
                        faults.barrierSteps ? faults.executors : 0);
        this.invariants = new ClusterInvariants(dag, tasks, executors.values(), program);
    }

    private static DagConfig dagConfig() {
        DagConfig usual = DagConfig.defaults();
        // a run may lose inputs again and again without a job being to blame
        return new DagConfig(1_000, 10_000, usual.resubmitDelay(), usual.maxResultBytes(), usual.progressInterval());
    }

    private SchedulingConfig schedulingConfig() {
        SchedulingConfig usual = SchedulingConfig.defaults();
        SchedulingConfig.Speculation speculation = usual.speculation();
        return new SchedulingConfig(
                faults.fair ? SchedulingConfig.OrderMode.FAIR : SchedulingConfig.OrderMode.FIFO,
                faults.pools ? POOLS : PoolSettings.NONE,
                faults.oneFailureOnly ? 1 : usual.maxTaskFailures(),
                usual.localityWait(),
                usual.heartbeatInterval(),
                Duration.ofSeconds(10),
                usual.registrationTimeout(),
                usual.starvationAfter(),
                usual.unplaceableAfter(),
                usual.demandInterval(),
                usual.queueAhead(),
                usual.exclusion(),
                new SchedulingConfig.Speculation(
                        faults.speculation,
                        speculation.interval(),
                        speculation.quantile(),
                        speculation.multiplier(),
                        speculation.minRunTime()));
    }

    /**
     * Runs one seed.
     *
     * @throws SimulationFailure when something that must hold did not
     */
    public static Outcome run(long seed, Mutant mutant) {
        return new ClusterSimulation(seed, mutant).run();
    }

    private Outcome run() {
        host();
        simulation.network().repeat(faults.repeatedPerMille, Duration.ofSeconds(3)).lose(faults.lostPerMille);
        if (faults.slowNetwork) {
            simulation.network().delay(Duration.ofMillis(200), Duration.ofMillis(1_500));
        }
        if (faults.skewed) {
            simulation.skew(DRIVER, Duration.ofMillis(random.nextInt(100_000)));
        }
        simulation.invariant(invariants::check);
        simulation.at(SETTLED_EVERY, this::checkSettled);
        planJobs();
        planFaults();
        simulation.runFor(FAULTS_LAST);
        heal();
        if (!simulation.runUntil(this::allDone, MUST_END_WITHIN)) {
            throw simulation.failure(
                    "after the faults had stopped, jobs did not end within "
                            + MUST_END_WITHIN
                            + ": "
                            + dag.view()
                            + " "
                            + tasks.view());
        }
        checkResults();
        simulation.runFor(Duration.ofMinutes(3));
        checkNothingIsLeft();
        return new Outcome(
                simulation.seed(),
                Duration.ofNanos(simulation.nowNanos()),
                simulation.steps(),
                simulation.trace(),
                desk.ended(),
                desk.tasks());
    }

    // ---- the cluster

    private void host() {
        simulation.host(DESK, desk, Operations.NONE);
        var actors = new MutatedActors(mutant, random);
        simulation.host(DAG, actors.of(dag), this::performForDag);
        simulation.host(TASKS, actors.of(tasks), Operations.NONE);
        simulation.host(BACKEND, cluster, this::performForCluster);
        simulation.tell(BACKEND, new BackendCommand.Start(), AT_ONCE);
    }

    private void performForDag(Operation operation, Consumer<Message> reply) {
        switch ((DagOperation) operation) {
            case DagOperation.FetchResult fetch ->
                    simulation.at(
                            Duration.ofMillis(1 + random.nextInt(20)),
                            () -> {
                                Optional<byte[]> bytes =
                                        living(fetch.executor()).flatMap(one -> one.blocks().getBytes(fetch.block()));
                                reply.accept(new DagMessage.ResultFetched(fetch, bytes.orElse(null), "it is gone"));
                            });
        }
    }

    private void performForCluster(Operation operation, Consumer<Message> reply) {
        switch ((SimulatedCluster.Work) operation) {
            case SimulatedCluster.Work.StartExecutor(var lease) ->
                    simulation.at(Duration.ofMillis(random.nextInt(2_000)), () -> start(lease));
            case SimulatedCluster.Work.StopExecutor(var lease) -> {
                SimulatedExecutor executor = executors.get(lease);
                if (executor != null) {
                    executor.crash();
                }
            }
        }
    }

    private void start(Lease lease) {
        if (!cluster.leases().contains(lease)) {
            return; // taken back before it was up
        }
        var neighbours = new SimulatedNeighbours(lease.executor(), dag, broadcasts, this::living);
        var executor =
                new SimulatedExecutor(simulation, faults, mutant, lease, TASKS, this::store, neighbours, neighbours);
        executors.put(lease.id(), executor);
        if (faults.skewed) {
            simulation.skew(executor.node(), Duration.ofMillis(random.nextInt(100_000)));
        }
        executor.start();
        if (faults.diesAtBirth && simulation.nowNanos() < FAULTS_LAST.toNanos() && random.nextInt(3) == 0) {
            simulation.at(
                    Duration.ofMillis(random.nextInt(20)),
                    () -> {
                        executor.crash();
                        simulation.tell(
                                BACKEND,
                                new SimulatedCluster.Own.Noticed(lease.id(), LossReason.HOST_UNREACHABLE),
                                within(NOTICE));
                    });
        }
    }

    private Optional<SimulatedExecutor> living(ExecutorId id) {
        return executors.values().stream()
                .filter(executor -> executor.alive() && executor.lease().executor().equals(id))
                .findFirst();
    }

    private Optional<ShuffleStore> store(ExecutorId id) {
        Optional<ShuffleStore> store = living(id).map(SimulatedExecutor::shuffles);
        return mutant == Mutant.READS_LOST_OUTPUTS_AS_EMPTY ? Optional.of(new ForgivingStore(store)) : store;
    }

    private void forgetBroadcast(BroadcastId broadcast) {
        simulation.tell(DAG, new DagMessage.ForgetBroadcast(broadcast), AT_ONCE);
    }

    // ---- what happens

    private void planJobs() {
        int count = 1 + random.nextInt(6) + faults.moreJobs;
        for (int i = 0; i < count; i++) {
            simulation.at(within(FAULTS_LAST.dividedBy(2)), this::startJob);
        }
        simulation.at(Duration.ofMillis(1), this::startJob);
    }

    private void startJob() {
        if (faults.pools) {
            context.setPool(POOLS.pools().get(random.nextInt(POOLS.pools().size())).name());
        }
        jobs.add(program.next());
    }

    private void planFaults() {
        for (int i = 0; i < faults.crashes; i++) {
            simulation.at(within(FAULTS_LAST), this::crashOne);
        }
        for (int i = 0; i < faults.lostOutputs; i++) {
            simulation.at(within(FAULTS_LAST), this::loseOutput);
        }
        for (int i = 0; i < faults.cancellations; i++) {
            simulation.at(within(FAULTS_LAST), this::cancelOne);
        }
        for (int i = 0; i < faults.silences; i++) {
            simulation.at(within(FAULTS_LAST), this::silenceOne);
        }
        for (int i = 0; i < faults.storms; i++) {
            simulation.at(within(FAULTS_LAST), this::storm);
        }
        for (int i = 0; i < faults.resizes; i++) {
            simulation.at(within(FAULTS_LAST), this::resizeOne);
        }
        for (int i = 0; i < faults.forgotten; i++) {
            simulation.at(within(FAULTS_LAST), this::forgetSomething);
        }
        for (int i = 0; i < faults.cancelledByKind; i++) {
            simulation.at(within(FAULTS_LAST), this::cancelByKind);
        }
    }

    private Duration within(Duration most) {
        return Duration.ofNanos(random.nextLong(most.toNanos()));
    }

    private Optional<SimulatedExecutor> anyExecutor() {
        List<SimulatedExecutor> living = executors.values().stream().filter(SimulatedExecutor::alive).toList();
        return living.isEmpty() ? Optional.empty() : Optional.of(living.get(random.nextInt(living.size())));
    }

    /** An executor dies; the cluster notices soon, or the silence tells; or it was announced. */
    private void crashOne() {
        anyExecutor()
                .ifPresent(executor -> {
                    LeaseId lease = executor.lease().id();
                    if (random.nextInt(4) == 0) {
                        simulation.tell(BACKEND, new SimulatedCluster.Own.Reclaim(lease), AT_ONCE);
                        return;
                    }
                    executor.crash();
                    if (faults.crashesAreTold) {
                        LossReason reason = random.nextBoolean() ? LossReason.KILLED : LossReason.HOST_UNREACHABLE;
                        simulation.tell(BACKEND, new SimulatedCluster.Own.Noticed(lease, reason), within(NOTICE));
                    }
                });
    }

    private void loseOutput() {
        Map<ShuffleId, ?> shuffles = dag.view().mapOutputs();
        if (!shuffles.isEmpty()) {
            List<ShuffleId> ids = new ArrayList<>(shuffles.keySet());
            ShuffleId shuffle = ids.get(random.nextInt(ids.size()));
            int map = random.nextInt(6);
            anyExecutor().ifPresent(executor -> executor.shuffles().lose(shuffle, map));
        }
    }

    private void cancelOne() {
        if (!jobs.isEmpty()) {
            jobs.get(random.nextInt(jobs.size())).future().cancel("the simulation felt like it");
        }
    }

    /** All executors go at once. */
    private void storm() {
        List<SimulatedExecutor> living = executors.values().stream().filter(SimulatedExecutor::alive).toList();
        for (SimulatedExecutor executor : living) {
            executor.crash();
            LeaseId lease = executor.lease().id();
            simulation.tell(BACKEND, new SimulatedCluster.Own.Noticed(lease, LossReason.HOST_UNREACHABLE), AT_ONCE);
        }
    }

    private void resizeOne() {
        anyExecutor()
                .ifPresent(executor -> {
                    int least = faults.wideTasks ? 2 : 1;
                    LeaseId lease = executor.lease().id();
                    invariants.resized(executor.lease().executor());
                    simulation.tell(
                            BACKEND, new SimulatedCluster.Own.Resize(lease, least + random.nextInt(5)), AT_ONCE);
                });
    }

    /** Somebody lets go of what others may still read; it has to be made again. */
    private void forgetSomething() {
        List<ShuffleId> shuffles = new ArrayList<>(dag.view().mapOutputs().keySet());
        if (random.nextBoolean() && !shuffles.isEmpty()) {
            ShuffleId shuffle = shuffles.get(random.nextInt(shuffles.size()));
            simulation.tell(DAG, new DagMessage.ForgetShuffle(shuffle), AT_ONCE);
        } else {
            simulation.tell(DAG, new DagMessage.ForgetDataset(new DatasetId(random.nextInt(30))), AT_ONCE);
        }
    }

    private void cancelByKind() {
        String why = "the simulation felt like it";
        List<DagView.StageLine> stages = dag.view().stages();
        DagMessage message =
                switch (random.nextInt(5)) {
                    case 0 -> new DagMessage.CancelGroup("", why);
                    case 1 -> new DagMessage.CancelTag("no such tag", why);
                    case 2 -> new DagMessage.CancelAll(why);
                    default ->
                            stages.isEmpty()
                                    ? new DagMessage.CancelGroup("no such group", why)
                                    : new DagMessage.CancelStage(
                                            stages.get(random.nextInt(stages.size())).stage(), why);
                };
        simulation.tell(DAG, message, AT_ONCE);
    }

    /** Nothing gets through to an executor or from it, longer than the driver waits; then it is back. */
    private void silenceOne() {
        anyExecutor()
                .ifPresent(executor -> {
                    simulation.network().cut(executor.node(), DRIVER).cut(DRIVER, executor.node());
                    simulation.at(SILENCE, () -> simulation.network().mend(executor.node(), DRIVER));
                });
    }

    private void heal() {
        faults.heal();
        simulation.network().heal();
        // what died without the cluster noticing is noticed in the end
        executors.forEach((lease, executor) -> {
            if (!executor.alive()) {
                simulation.tell(BACKEND, new SimulatedCluster.Own.Noticed(lease, LossReason.HOST_UNREACHABLE), AT_ONCE);
            }
        });
    }

    private boolean allDone() {
        return desk.allEnded() && jobs.stream().allMatch(job -> job.future().isDone());
    }

    private void checkResults() {
        for (RandomProgram.RunningJob job : jobs) {
            Object result;
            try {
                result = job.future().get();
            } catch (JobCancelledException e) {
                continue; // it was cancelled in time
            } catch (JobFailedException e) {
                if (job.mayFail() && String.valueOf(e.getMessage()).contains("is bad")) {
                    continue;
                }
                throw simulation.failure(job.what() + " failed: " + e.getMessage() + "\nof:\n" + job.lineage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            if (!job.right().test(result)) {
                throw simulation.failure(job.what() + " gave a wrong result: " + result + "\nof:\n" + job.lineage());
            }
        }
    }

    private void checkSettled() {
        simulation.at(SETTLED_EVERY, this::checkSettled);
        invariants.checkSettled();
    }

    private void checkNothingIsLeft() {
        try {
            invariants.checkNothingIsLeft();
        } catch (AssertionError e) {
            throw simulation.failure(String.valueOf(e.getMessage()));
        }
    }
}
