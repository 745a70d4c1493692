package dev.capstan.driver.runtime;

import dev.capstan.driver.dag.DagView;
import dev.capstan.driver.dag.JobEvent;
import dev.capstan.driver.job.JobFailedException;
import dev.capstan.driver.job.JobRequest;
import dev.capstan.engine.accumulator.Accumulators;
import dev.capstan.engine.id.JobId;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Where user threads wait for jobs, and listeners hear of them. Told {@link JobEvent}s by the driver's loop. */
final class JobDesk {
    private static final System.Logger LOG = System.getLogger(JobDesk.class.getName());

    private final ConcurrentMap<JobId, Waiting> waiting = new ConcurrentHashMap<>();
    private final Queue<CompletableFuture<String>> explanations = new ConcurrentLinkedQueue<>();
    private final Queue<CompletableFuture<DagView>> pictures = new ConcurrentLinkedQueue<>();
    private final List<JobListener> listeners = new CopyOnWriteArrayList<>();

    private final Accumulators accumulators;

    JobDesk(Accumulators accumulators) {
        this.accumulators = accumulators;
    }

    /**
     * A job that has not ended. The request is kept so that what its functions and datasets refer to, broadcasts for
     * one, counts as referred to while the job runs.
     */
    record Waiting(WaitingJob<?> job, JobRequest<?, ?> request) {}

    void open(WaitingJob<?> job, JobRequest<?, ?> request) {
        waiting.put(job.id(), new Waiting(job, request));
    }

    /** Completed with the next explanation that the scheduler gives. */
    CompletableFuture<String> nextExplanation() {
        var asked = new CompletableFuture<String>();
        explanations.add(asked);
        return asked;
    }

    /**
     * Completed with the next picture that the scheduler gives. It may have been made for somebody who asked before,
     * but shows all that this thread has heard of, which left the scheduler earlier.
     */
    CompletableFuture<DagView> nextPicture() {
        var asked = new CompletableFuture<DagView>();
        pictures.add(asked);
        return asked;
    }

    /** The jobs that have not ended. */
    Iterable<Waiting> open() {
        return waiting.values();
    }

    void listen(JobListener listener) {
        listeners.add(listener);
    }

    void accept(JobEvent event) {
        switch (event) {
            case JobEvent.PartitionResult(var id, var index, var bytes) -> {
                Waiting entry = waiting.get(id);
                if (entry != null) {
                    entry.job.arrive(index, bytes);
                }
            }
            case JobEvent.AccumulatorsUpdated(_, _, var updates) -> accumulators.arrive(updates);
            case JobEvent.JobEnded(var id, var ending, _) -> {
                tellListeners(event); // first, so that a summary stands before what the program prints next
                Waiting entry = waiting.remove(id);
                if (entry != null) {
                    entry.job.end(ending);
                }
                return;
            }
            case JobEvent.Explained(var text) -> completeAll(explanations, text);
            case JobEvent.StatusTold(var view) -> {
                completeAll(pictures, view);
                return; // listeners hear of each change by itself
            }
            case JobEvent.ExecutorRegistered(var executor, var host, var resources) ->
                    LOG.log(System.Logger.Level.INFO, "{0} has registered: host {1}, {2}", executor, host, resources);
            case JobEvent.ExecutorLost(var executor, var reason) ->
                    LOG.log(System.Logger.Level.INFO, "{0} is gone: {1}", executor, reason);
            case JobEvent.Notice _,
                    JobEvent.JobStarted _,
                    JobEvent.StageStarted _,
                    JobEvent.StageProgress _,
                    JobEvent.StageFinished _ -> {
                // for listeners only
            }
        }
        tellListeners(event);
    }

    private static <T> void completeAll(Queue<CompletableFuture<T>> asking, T answer) {
        for (var asked = asking.poll(); asked != null; asked = asking.poll()) {
            asked.complete(answer);
        }
    }

    private void tellListeners(JobEvent event) {
        for (JobListener listener : listeners) {
            try {
                listener.onJobEvent(event);
            } catch (Throwable e) { // a listener is the user's code; jobs do not end for its bugs
                LOG.log(System.Logger.Level.WARNING, () -> "a listener failed on " + event, e);
            }
        }
    }

    /** Ends one job that never reached the scheduler, or all when the scheduler is gone. */
    void fail(@Nullable JobId only, JobFailedException why) {
        if (only != null) {
            Waiting entry = waiting.remove(only);
            if (entry != null) {
                entry.job.fail(why);
            }
            return;
        }
        for (JobId id : List.copyOf(waiting.keySet())) {
            fail(id, why);
        }
    }

    /** The driver is gone. */
    void close() {
        listeners.forEach(JobListener::closed);
    }
}
