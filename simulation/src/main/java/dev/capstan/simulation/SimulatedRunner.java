package dev.capstan.simulation;

import dev.capstan.driver.dag.DagMessage;
import dev.capstan.driver.dag.DagView;
import dev.capstan.driver.dag.JobPlan;
import dev.capstan.driver.dag.StagePlan;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.driver.job.JobProperties;
import dev.capstan.driver.job.JobRequest;
import dev.capstan.driver.job.JobRunner;
import dev.capstan.driver.job.PromisedJob;
import dev.capstan.driver.runtime.LineageStages;
import dev.capstan.engine.accumulator.Accumulators;
import dev.capstan.engine.broadcast.DriverBroadcasts;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.lineage.LineageDepth;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.testing.Simulation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Brings the program's jobs into the simulated driver. */
final class SimulatedRunner implements JobRunner {
    private static final Resources WIDE = new Resources(2_000, 0, Map.of("gpu", 1_000L));
    private static final Duration AT_ONCE = Duration.ZERO;

    private final Simulation simulation;
    private final Address dag;
    private final SimulatedDesk desk;
    private final Faults faults;
    private final DriverBroadcasts broadcasts;
    private final Accumulators accumulators;
    private final LineageStages stages;
    private int nextJob;

    /**
     * @param dag the actor that is told of jobs
     */
    SimulatedRunner(
            Simulation simulation,
            Address dag,
            SimulatedDesk desk,
            Faults faults,
            DriverBroadcasts broadcasts,
            Accumulators accumulators) {
        this.simulation = simulation;
        this.dag = dag;
        this.desk = desk;
        this.faults = faults;
        this.broadcasts = broadcasts;
        this.accumulators = accumulators;
        this.stages = new LineageStages(faults.wideTasks ? WIDE : Resources.cpus(1), LineageDepth.DEFAULT_LIMIT);
    }

    @Override
    @SuppressWarnings("unchecked") // the function of the request makes a U of each partition
    public <T, U> JobFuture<List<U>> submit(JobRequest<T, U> request) {
        var id = new JobId(nextJob++);
        var promise =
                new PromisedJob<List<Object>>(
                        id, reason -> simulation.tell(dag, new DagMessage.CancelJob(id, reason), AT_ONCE));
        desk.open(promise, request.partitions().length);
        simulation.tell(dag, new DagMessage.SubmitJob(planned(id, request)), AT_ONCE);
        return (JobFuture<List<U>>) (JobFuture<?>) promise;
    }

    /** Some jobs want all their tasks to run at once; never more than the cluster has room for. */
    private JobPlan planned(JobId id, JobRequest<?, ?> request) {
        JobPlan plan = stages.plan(id, request);
        StagePlan result = plan.result();
        if (!faults.barriers || plan.partitions().length > faults.executors || simulation.random().nextInt(3) > 0) {
            return plan;
        }
        return new JobPlan(
                id,
                plan.name(),
                plan.group(),
                plan.tags(),
                plan.pool(),
                plan.interruptOnCancel(),
                new StagePlan(
                        result.name(),
                        result.writes(),
                        result.partitions(),
                        result.code(),
                        result.inputs(),
                        result.perTask(),
                        true),
                plan.partitions());
    }

    @Override
    public DriverBroadcasts broadcasts() {
        return broadcasts;
    }

    @Override
    public Accumulators accumulators() {
        return accumulators;
    }

    @Override
    public void unpersist(DatasetId dataset) {
        simulation.tell(dag, new DagMessage.ForgetDataset(dataset), AT_ONCE);
    }

    @Override
    public void cancelStage(StageId stage, String reason) {
        simulation.tell(dag, new DagMessage.CancelStage(stage, reason), AT_ONCE);
    }

    @Override
    public Optional<DagView> status() {
        return Optional.empty();
    }

    @Override
    public String explain() {
        return "nobody asks";
    }

    @Override
    public void cancel(Predicate<JobProperties> chosen, String reason) {
        simulation.tell(dag, new DagMessage.CancelAll(reason), AT_ONCE);
    }

    @Override
    public void close() {
        // nothing to let go
    }
}
