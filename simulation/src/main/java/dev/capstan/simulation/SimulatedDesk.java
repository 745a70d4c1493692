package dev.capstan.simulation;

import dev.capstan.driver.dag.JobEvent;
import dev.capstan.driver.job.ClusterFailedException;
import dev.capstan.driver.job.JobCancelledException;
import dev.capstan.driver.job.JobFailedException;
import dev.capstan.driver.job.PromisedJob;
import dev.capstan.engine.accumulator.Accumulators;
import dev.capstan.engine.id.JobId;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps the futures of the jobs, and checks that each result and each end comes once. */
final class SimulatedDesk implements Actor<JobEvent> {
    private final Serializer serializer = new CompactSerializer();
    private final Map<JobId, Waiting> waiting = new LinkedHashMap<>();
    private final Accumulators accumulators;
    private int ended;
    private int tasks;

    private static final class Waiting {
        final PromisedJob<List<Object>> promise;
        final byte @Nullable [][] results;
        boolean over;

        Waiting(PromisedJob<List<Object>> promise, int partitions) {
            this.promise = promise;
            this.results = new byte[partitions][];
        }
    }

    SimulatedDesk(Accumulators accumulators) {
        this.accumulators = accumulators;
    }

    void open(PromisedJob<List<Object>> promise, int partitions) {
        waiting.put(promise.id(), new Waiting(promise, partitions));
    }

    /** How many jobs have ended. */
    int ended() {
        return ended;
    }

    /** How many task attempts they took. */
    int tasks() {
        return tasks;
    }

    boolean allEnded() {
        return waiting.values().stream().allMatch(job -> job.over);
    }

    @Override
    public List<Effect> on(JobEvent event, long nowNanos) {
        switch (event) {
            case JobEvent.PartitionResult(var id, var index, var bytes) -> {
                Waiting job = job(id);
                if (job.results[index] != null) {
                    throw new AssertionError("the result " + index + " of " + id + " was taken twice");
                }
                job.results[index] = bytes;
            }
            case JobEvent.AccumulatorsUpdated(_, _, var updates) -> accumulators.arrive(updates);
            case JobEvent.JobEnded(var id, var ending, var summary) -> {
                tasks += summary.tasks();
                ended++;
                end(id, job(id), ending);
            }
            default -> {
                // progress and the like
            }
        }
        return List.of();
    }

    private Waiting job(JobId id) {
        Waiting job = waiting.get(id);
        if (job == null || job.over) {
            throw new AssertionError(id + (job == null ? " was never submitted" : " had ended already"));
        }
        return job;
    }

    private void end(JobId id, Waiting job, JobEvent.Ending ending) {
        job.over = true;
        switch (ending) {
            case JobEvent.Ending.Succeeded() -> {
                if (Arrays.asList(job.results).contains(null)) {
                    throw new AssertionError(id + " succeeded without all its results");
                }
                job.promise.succeed(Arrays.stream(job.results).map(this::read).toList());
            }
            case JobEvent.Ending.Failed(var reason) -> job.promise.fail(new JobFailedException(reason));
            case JobEvent.Ending.Unserved(var fault, var reason) ->
                    job.promise.fail(new ClusterFailedException(fault, reason));
            case JobEvent.Ending.Cancelled(var reason) -> job.promise.fail(new JobCancelledException(reason));
        }
    }

    private Object read(byte @Nullable [] bytes) {
        if (bytes == null) {
            throw new AssertionError("a result is missing");
        }
        return serializer.deserialize(bytes, SimulatedDesk.class.getClassLoader());
    }
}
