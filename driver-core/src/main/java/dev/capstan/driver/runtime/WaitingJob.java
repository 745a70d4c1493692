package dev.capstan.driver.runtime;

import dev.capstan.driver.dag.JobEvent.Ending;
import dev.capstan.driver.job.ClusterFailedException;
import dev.capstan.driver.job.JobCancelledException;
import dev.capstan.driver.job.JobFailedException;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.engine.id.JobId;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The future of one job. Results stay bytes until somebody asks: they are read in the thread that waits, because
 * reading runs the user's code and takes time, and the driver's loop must do neither.
 */
final class WaitingJob<U> implements JobFuture<List<U>> {
    private final JobId id;
    private final Function<byte[], Object> reader;
    private final Consumer<String> onCancel;

    /** Guarded by itself, for it is looked at while results come in; never locked while the user's code runs. */
    private final byte @Nullable [][] arrived;

    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable JobFailedException failure;
    private volatile @Nullable String cancelReason;

    // Both guarded by this object's lock: the results are read once, and a callback is called once.
    private @Nullable List<U> results;
    private @Nullable List<Runnable> callbacks = new ArrayList<>();

    WaitingJob(JobId id, int partitions, Function<byte[], Object> reader, Consumer<String> onCancel) {
        this.id = id;
        this.arrived = new byte[partitions][];
        this.reader = reader;
        this.onCancel = onCancel;
    }

    /** Called on the driver's loop, before {@link #end}. */
    void arrive(int index, byte[] bytes) {
        synchronized (arrived) {
            arrived[index] = bytes;
        }
    }

    void end(Ending ending) {
        switch (ending) {
            case Ending.Succeeded() -> finish(null);
            case Ending.Failed(var reason) -> finish(new JobFailedException(reason));
            case Ending.Unserved(var fault, var reason) -> finish(new ClusterFailedException(fault, reason));
            case Ending.Cancelled(var reason) -> finish(new JobCancelledException(id + " was cancelled: " + reason));
        }
    }

    void fail(JobFailedException why) {
        finish(why);
    }

    private void finish(@Nullable JobFailedException why) {
        List<Runnable> toCall;
        synchronized (this) {
            if (callbacks == null) {
                return;
            }
            toCall = callbacks;
            callbacks = null;
            failure = why;
        }
        over.countDown();
        toCall.forEach(callback -> Thread.ofVirtual().start(callback));
    }

    @Override
    public JobId id() {
        return id;
    }

    @Override
    public List<U> get() throws InterruptedException {
        over.await();
        return read();
    }

    @Override
    public List<U> get(Duration timeout) throws InterruptedException, TimeoutException {
        if (!over.await(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException(id + " is not done after " + timeout);
        }
        return read();
    }

    @Override
    @SuppressWarnings("unchecked") // the function of the request makes a U of each partition
    public List<U> soFar() {
        if (isDone()) {
            return read();
        }
        byte[][] here;
        synchronized (arrived) {
            here = arrived.clone();
        }
        return (List<U>) Arrays.stream(here).filter(Objects::nonNull).map(this::value).toList();
    }

    private byte @Nullable [] take(int index) {
        synchronized (arrived) {
            byte[] bytes = arrived[index];
            arrived[index] = null;
            return bytes;
        }
    }

    private Object value(byte[] bytes) {
        try {
            return reader.apply(bytes);
        } catch (Throwable e) { // errors too: the user's classes read themselves
            throw new JobFailedException("a result of " + id + " cannot be read: " + e.getMessage(), e);
        }
    }

    @SuppressWarnings("unchecked") // the function of the request makes a U of each partition
    private synchronized List<U> read() {
        JobFailedException why = failure;
        if (why != null) {
            throw copy(why);
        }
        if (results == null) {
            Object[] values = new Object[arrived.length];
            for (int i = 0; i < values.length; i++) {
                byte[] bytes = take(i);
                if (bytes == null) {
                    throw new IllegalStateException(id + " succeeded without the result of its partition " + i);
                }
                try {
                    values[i] = value(bytes);
                } catch (JobFailedException e) {
                    failure = e;
                    throw copy(e);
                }
            }
            results = (List<U>) Arrays.asList(values);
        }
        return results;
    }

    /** A new exception for each who waits: its stack shows where he waits. */
    private static JobFailedException copy(JobFailedException why) {
        return switch (why) {
            case JobCancelledException _ -> new JobCancelledException(why.getMessage());
            case ClusterFailedException e -> new ClusterFailedException(e.fault(), e.getMessage());
            default -> new JobFailedException(why.getMessage(), why.getCause());
        };
    }

    @Override
    public boolean cancel(String reason) {
        if (isDone()) {
            return false;
        }
        cancelReason = Objects.requireNonNull(reason, "reason");
        onCancel.accept(reason);
        return true;
    }

    /** Why it was asked to end, perhaps before the scheduler knew of it; or null. */
    @Nullable String cancelReason() {
        return cancelReason;
    }

    @Override
    public boolean isDone() {
        return over.getCount() == 0;
    }

    @Override
    public String toString() {
        return id + (isDone() ? " (done)" : " (runs)");
    }

    @Override
    public void whenDone(BiConsumer<? super @Nullable List<U>, ? super @Nullable Throwable> callback) {
        Runnable call =
                () -> {
                    List<U> value;
                    try {
                        value = read();
                    } catch (RuntimeException e) {
                        callback.accept(null, e);
                        return;
                    }
                    callback.accept(value, null);
                };
        synchronized (this) {
            if (callbacks != null) {
                callbacks.add(call);
                return;
            }
        }
        call.run();
    }
}
