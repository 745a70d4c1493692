package dev.capstan.driver.job;

import dev.capstan.driver.dag.DagView;
import dev.capstan.engine.accumulator.Accumulators;
import dev.capstan.engine.broadcast.DriverBroadcasts;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.StageId;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Runs jobs for a context. Called by any of the user's threads. */
public interface JobRunner extends AutoCloseable {
    /**
     * Begins a job and returns at once. The results come in the order of the request's partitions; a job without
     * partitions is done at once. A stage that cannot be encoded fails the job, not this call.
     */
    <T, U> JobFuture<List<U>> submit(JobRequest<T, U> request);

    /** Forgets the cached partitions of the dataset, wherever they are; returns at once. */
    void unpersist(DatasetId dataset);

    /** Cancels every job, running or waiting, whose properties are chosen. */
    void cancel(Predicate<JobProperties> chosen, String reason);

    /** Cancels every job that needs the stage; a stage that nobody needs, or that there is not, is no error. */
    void cancelStage(StageId stage, String reason);

    /** The values that the context gives to all tasks. */
    DriverBroadcasts broadcasts();

    /** The sums that tasks add to. */
    Accumulators accumulators();

    /** Why what waits does not run, in words; waits a moment for the answer. */
    String explain() throws InterruptedException;

    /** What runs and what is kept now; waits a moment for the answer. Empty when there is none: the driver is gone. */
    Optional<DagView> status() throws InterruptedException;

    /** Fails what still runs and lets everything go; bounded in time; may be called twice. */
    @Override
    void close();
}
