package dev.capstan.driver;

import dev.capstan.driver.job.JobCancelledException;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.driver.job.JobProperties;
import dev.capstan.driver.job.PromisedJob;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.lineage.Lineage;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Several jobs, one after another, until enough was taken. */
final class TakeFuture<T> {
    private final CapstanContext context;

    /** Of the thread that has called take; jobs that follow are submitted by others. */
    private final JobProperties properties;

    private final Lineage<T> lineage;
    private final TakeSteps<T> steps;
    private final PromisedJob<List<T>> result;

    /** Guarded by this: the one who cancels and the one who submits the next job must agree on which runs. */
    private @Nullable JobFuture<?> running;

    private @Nullable String cancelled;

    private TakeFuture(
            CapstanContext context, JobProperties properties, Lineage<T> lineage, TakeSteps<T> steps, JobId first) {
        this.properties = properties;
        this.context = context;
        this.lineage = lineage;
        this.steps = steps;
        this.result = new PromisedJob<>(first, this::cancel);
    }

    static <T> JobFuture<List<T>> start(CapstanContext context, Lineage<T> lineage, TakeSteps<T> steps) {
        JobProperties properties = context.jobs().properties("take");
        int[] none = {};
        JobFuture<List<List<T>>> first =
                context.jobs()
                        .submit(
                                properties,
                                lineage,
                                steps.wantsMore() ? steps.nextPartitions() : none,
                                steps.nextFunction());
        TakeFuture<T> take = new TakeFuture<>(context, properties, lineage, steps, first.id());
        take.follow(first);
        return take.result;
    }

    private void follow(JobFuture<List<List<T>>> job) {
        String reason;
        synchronized (this) {
            running = job;
            reason = cancelled;
        }
        if (reason != null) {
            job.cancel(reason);
        }
        job.whenDone((parts, failure) -> {
            if (failure != null) {
                result.fail(failure);
            } else {
                next(parts);
            }
        });
    }

    private void next(List<List<T>> parts) {
        try {
            steps.add(parts);
            if (!steps.wantsMore()) {
                result.succeed(steps.taken());
                return;
            }
            synchronized (this) {
                if (cancelled != null) {
                    result.fail(new JobCancelledException("take was cancelled: " + cancelled));
                    return;
                }
            }
            follow(context.jobs().submit(properties, lineage, steps.nextPartitions(), steps.nextFunction()));
        } catch (Throwable e) { // nobody else would end the future
            result.fail(e);
        }
    }

    private void cancel(String reason) {
        JobFuture<?> job;
        synchronized (this) {
            cancelled = reason;
            job = running;
        }
        if (job != null) {
            job.cancel(reason);
        }
    }
}
