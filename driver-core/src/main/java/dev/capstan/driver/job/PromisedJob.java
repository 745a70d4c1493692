package dev.capstan.driver.job;

import dev.capstan.engine.id.JobId;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A future that whoever runs the job completes. Only the first completion counts. */
public final class PromisedJob<T extends @Nullable Object> implements JobFuture<T> {
    private final JobId id;
    private final Consumer<String> onCancel;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    /**
     * @param onCancel asks the runner to end the job; the runner then fails this future
     */
    public PromisedJob(JobId id, Consumer<String> onCancel) {
        this.id = Objects.requireNonNull(id, "id");
        this.onCancel = Objects.requireNonNull(onCancel, "onCancel");
    }

    public boolean succeed(T value) {
        return result.complete(value);
    }

    public boolean fail(Throwable failure) {
        return result.completeExceptionally(failure);
    }

    @Override
    public JobId id() {
        return id;
    }

    @Override
    public T get() throws InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    @Override
    public T get(Duration timeout) throws InterruptedException, TimeoutException {
        try {
            return result.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    /** A new exception for each who waits: its stack shows where he waits, and none is shared between threads. */
    private static JobFailedException failure(@Nullable Throwable cause) {
        return switch (cause) {
            case JobCancelledException e -> new JobCancelledException(e.getMessage());
            case ClusterFailedException e -> new ClusterFailedException(e.fault(), e.getMessage());
            case JobFailedException e -> new JobFailedException(e.getMessage(), e.getCause());
            case null -> new JobFailedException("the job failed");
            default -> new JobFailedException(String.valueOf(cause.getMessage()), cause);
        };
    }

    @Override
    public boolean cancel(String reason) {
        if (result.isDone()) {
            return false;
        }
        onCancel.accept(Objects.requireNonNull(reason, "reason"));
        return true;
    }

    @Override
    public boolean isDone() {
        return result.isDone();
    }

    @Override
    public String toString() {
        return id + (isDone() ? " (done)" : " (runs)");
    }

    @Override
    public void whenDone(BiConsumer<? super @Nullable T, ? super @Nullable Throwable> callback) {
        var _ = result.whenComplete(callback);
    }
}
