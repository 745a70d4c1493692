package dev.capstan.driver.job;

import dev.capstan.engine.id.JobId;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The result of a job that runs. */
public interface JobFuture<T extends @Nullable Object> {
    /** The job; of several that follow one another, the first. */
    JobId id();

    /**
     * Waits for the result.
     *
     * @throws JobFailedException if the job failed or was cancelled
     */
    T get() throws InterruptedException;

    /**
     * Waits for the result for so long at most; the job goes on when the time is over.
     *
     * @throws JobFailedException if the job failed or was cancelled
     */
    T get(Duration timeout) throws InterruptedException, TimeoutException;

    /**
     * What is there of the result while the job runs: of a list with a result for each partition those that have come,
     * in order. Null if nothing can be told before the end.
     *
     * @throws JobFailedException if the job failed or was cancelled
     */
    default @Nullable T soFar() {
        return null;
    }

    /** Ends the job; false if it was done already. */
    boolean cancel(String reason);

    boolean isDone();

    /**
     * Calls back with the result or the failure, at once if it is done, else in the thread that completes it. The
     * callback must be quick and must not wait for a job.
     */
    void whenDone(BiConsumer<? super @Nullable T, ? super @Nullable Throwable> callback);

    /** A future of what the function makes of the result; an exception of the function is the failure. */
    default <R> JobFuture<R> map(Function<? super T, ? extends R> function) {
        return MappedJobFuture.of(this, function);
    }
}
