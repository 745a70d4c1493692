package dev.capstan.driver;

import dev.capstan.driver.dag.DagView;
import dev.capstan.driver.job.CallSite;
import dev.capstan.driver.job.JobCancelledException;
import dev.capstan.driver.job.JobFailedException;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.driver.job.JobProperties;
import dev.capstan.driver.job.JobRequest;
import dev.capstan.driver.job.JobRunner;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.LineageDepth;
import dev.capstan.engine.task.PartitionFn;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** Makes jobs of the actions of a context, until that is stopped. Used by any thread. */
final class Jobs {
    private final JobRunner runner;
    private final int lineageLimit;
    private final Checkpoints checkpoints;
    private final JobSettings settings = new JobSettings();
    private final AtomicReference<@Nullable CallSite> stoppedAt = new AtomicReference<>();

    /**
     * @param runner is closed when the context is stopped
     * @param lineageLimit steps that one stage may have, see {@link LineageDepth}
     * @param checkpoints are made once an action has computed what they keep
     */
    Jobs(JobRunner runner, int lineageLimit, Checkpoints checkpoints) {
        this.runner = runner;
        this.lineageLimit = lineageLimit;
        this.checkpoints = checkpoints;
    }

    // ---- life

    /** Only the first one who stops it has anything to do. */
    void stop() {
        if (stoppedAt.compareAndSet(null, CallSites.here())) {
            runner.close();
        }
    }

    boolean isStopped() {
        return stoppedAt.get() != null;
    }

    void requireRunning() {
        CallSite stopped = stoppedAt.get();
        if (stopped != null) {
            throw new IllegalStateException("this context was stopped at " + stopped);
        }
    }

    /** What runs them; refuses once the context is stopped. */
    JobRunner runner() {
        requireRunning();
        return runner;
    }

    /** As they are at this moment, also when the context is stopped; nothing if nobody answers. */
    Optional<DagView> status() throws InterruptedException {
        return runner.status();
    }

    // ---- what they carry

    /** What each thread has set for its jobs. */
    JobSettings settings() {
        return settings;
    }

    /** What this thread's next job would carry. */
    JobProperties properties(String action) {
        return settings.forNext(action);
    }

    // ---- jobs that are waited for

    <T, U> List<U> run(String action, Lineage<T> dataset, PartitionFn<? super T, ? extends U> function) {
        return run(action, dataset, allOf(dataset), function);
    }

    <T, U> List<U> run(
            String action, Lineage<T> dataset, int[] partitions, PartitionFn<? super T, ? extends U> function) {
        List<U> results = await(begin(properties(action), dataset, partitions, function), action);
        checkpoints.computed(dataset);
        return results;
    }

    /** Waits; an interrupt of the waiting thread cancels the job. */
    static <U> U await(JobFuture<U> job, String action) {
        try {
            return job.get();
        } catch (InterruptedException e) {
            throw interrupted(job, action, e);
        }
    }

    /** Cancels the job that an interrupted thread waits for. */
    static JobFailedException interrupted(JobFuture<?> job, String action, InterruptedException cause) {
        job.cancel("the thread that waited for it was interrupted");
        Thread.currentThread().interrupt();
        JobFailedException cancelled =
                new JobCancelledException(
                        action + " was cancelled because the thread that waited for it was interrupted");
        cancelled.addSuppressed(cause);
        return cancelled;
    }

    // ---- jobs that are not

    <T, U> JobFuture<List<U>> submit(String action, Lineage<T> dataset, PartitionFn<? super T, ? extends U> function) {
        return submit(properties(action), dataset, allOf(dataset), function);
    }

    <T, U> JobFuture<List<U>> submit(
            JobProperties properties,
            Lineage<T> dataset,
            int[] partitions,
            PartitionFn<? super T, ? extends U> function) {
        JobFuture<List<U>> job = begin(properties, dataset, partitions, function);
        if (!checkpoints.nothingWanted()) {
            job.whenDone((_, failure) -> {
                if (failure == null) {
                    checkpoints.computedInBackground(dataset);
                }
            });
        }
        return job;
    }

    private <T, U> JobFuture<List<U>> begin(
            JobProperties properties,
            Lineage<T> dataset,
            int[] partitions,
            PartitionFn<? super T, ? extends U> function) {
        requireRunning();
        LineageDepth.check(dataset, lineageLimit);
        return runner.submit(new JobRequest<>(dataset, partitions, function, properties));
    }

    private static int[] allOf(Lineage<?> dataset) {
        return IntStream.range(0, dataset.partitionCount()).toArray();
    }
}
