package dev.capstan.engine.execution;

import dev.capstan.engine.accumulator.Tally;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.memory.TaskMemory;
import dev.capstan.engine.shuffle.FetchFailedException;
import dev.capstan.engine.task.BarrierCall;
import dev.capstan.engine.task.BarrierException;
import dev.capstan.engine.task.ShuffleInputs;
import dev.capstan.engine.task.SourceSlice;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.engine.task.TaskEnvironment;
import dev.capstan.engine.task.TaskKilledException;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskRecorder;
import dev.capstan.kernel.resource.Resources;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** The state of one attempt while it runs. Any thread may kill it; all else belongs to the task's thread. */
final class RunningTask implements TaskContext {
    private static final byte[] NO_MESSAGE = {};

    private final InstalledStage stage;
    private final TaskLaunch launch;
    private final TaskEnvironment environment;
    private final TaskRecorder recorder = new TaskRecorder();
    private final TaskMemory memory;
    private final Tally tally = new Tally();
    private int partitions;
    private int barrierCalls;
    private long startedNanos;
    private @Nullable List<Runnable> completions;
    private @Nullable List<Consumer<? super Throwable>> failureListeners;
    private @Nullable FetchFailedException fetchFailure;
    private volatile @Nullable Queue<Runnable> wakers;
    private volatile @Nullable String killReason;

    RunningTask(InstalledStage stage, TaskLaunch launch, TaskEnvironment environment) {
        this.stage = stage;
        this.launch = launch;
        this.environment = environment;
        this.memory = environment.memory().open(launch.id(), this::checkKilled);
    }

    @Override
    public StageAttempt stage() {
        return stage.id();
    }

    @Override
    public TaskId task() {
        return launch.id();
    }

    @Override
    public int partition() {
        return launch.partition();
    }

    @Override
    public int attempt() {
        return launch.attempt();
    }

    /** What it adds to accumulators. */
    Tally tally() {
        return tally;
    }

    /** Its code is ready. */
    void begin(int ofPartitions) {
        partitions = ofPartitions;
        startedNanos = environment.nanoClock().getAsLong();
    }

    @Override
    public int partitions() {
        return partitions;
    }

    @Override
    public Resources resources() {
        return stage.perTask();
    }

    @Override
    public TaskMetrics metrics() {
        return recorder.metrics(0, environment.nanoClock().getAsLong() - startedNanos, memory);
    }

    @Override
    public TaskRecorder recorder() {
        return recorder;
    }

    @Override
    public TaskMemory memory() {
        return memory;
    }

    @Override
    public TaskEnvironment environment() {
        return environment;
    }

    void kill(String reason) {
        killReason = reason;
        Queue<Runnable> toWake = wakers;
        if (toWake != null) {
            toWake.forEach(Runnable::run);
        }
    }

    @Override
    public void onKill(Runnable wakes) {
        Objects.requireNonNull(wakes, "wakes");
        Queue<Runnable> all = wakers;
        if (all == null) {
            all = new ConcurrentLinkedQueue<>();
            wakers = all;
        }
        all.add(wakes);
        if (killReason != null) { // by somebody who may not have seen it
            wakes.run();
        }
    }

    @Nullable String killReason() {
        return killReason;
    }

    @Override
    public void checkKilled() {
        String reason = killReason;
        if (reason != null) {
            throw new TaskKilledException(reason);
        }
    }

    @Override
    public boolean isInterrupted() {
        return killReason != null || Thread.currentThread().isInterrupted();
    }

    @Override
    public void barrier() {
        List<byte[]> unused = meet(BarrierCall.Kind.BARRIER, NO_MESSAGE);
    }

    @Override
    public List<byte[]> allGather(byte[] message) {
        if (message.length > BarrierCall.MOST_BYTES) {
            throw new BarrierException(
                    "allGather() of a message of "
                            + message.length
                            + " bytes; those of all tasks together may take "
                            + BarrierCall.MOST_BYTES
                            + ": exchange large data by a shuffle or by files");
        }
        return meet(BarrierCall.Kind.ALL_GATHER, message.clone());
    }

    private List<byte[]> meet(BarrierCall.Kind kind, byte[] message) {
        checkKilled();
        var call = new BarrierCall(stage(), task(), barrierCalls++, kind, message);
        try {
            return environment.barriers().pass(call);
        } catch (BarrierException e) {
            checkKilled(); // those that wait are killed when another one fails, and that is what is to be reported
            throw e;
        }
    }

    @Override
    public byte[] slice(DatasetId dataset, int partition) {
        for (SourceSlice slice : launch.slices()) {
            if (slice.partition() == partition && slice.dataset().equals(dataset)) {
                return slice.bytes();
            }
        }
        throw new IllegalStateException(
                launch.id() + " came without the source data of partition " + partition + " of " + dataset);
    }

    @Override
    public ShuffleInputs inputs(ShuffleId shuffle) {
        return stage.inputs(shuffle);
    }

    @Override
    public FetchFailedException lost(FetchFailedException failure) {
        if (fetchFailure == null) {
            fetchFailure = failure;
        }
        return failure;
    }

    @Nullable FetchFailedException fetchFailure() {
        return fetchFailure;
    }

    @Override
    public void onCompletion(Runnable completion) {
        Objects.requireNonNull(completion, "completion");
        if (completions == null) {
            completions = new ArrayList<>();
        }
        completions.add(completion);
    }

    @Override
    public void onFailure(Consumer<? super Throwable> listener) {
        Objects.requireNonNull(listener, "listener");
        if (failureListeners == null) {
            failureListeners = new ArrayList<>();
        }
        failureListeners.add(listener);
    }

    /** Tells who waits for a failure; what goes wrong with that is added to it. */
    void fail(Throwable failure) {
        if (failureListeners != null) {
            for (Consumer<? super Throwable> listener : failureListeners.reversed()) {
                try {
                    listener.accept(failure);
                } catch (Throwable e) {
                    if (e != failure) {
                        failure.addSuppressed(e);
                    }
                }
            }
        }
    }

    /**
     * Runs what waits for the end, all of it, and returns what went wrong with it. What the task has held is let go
     * with it: the report that it ran out of memory needs some itself.
     */
    @Nullable Throwable complete() {
        Throwable first = null;
        List<Runnable> waiting = completions;
        completions = null;
        failureListeners = null;
        if (waiting != null) {
            for (Runnable completion : waiting.reversed()) {
                try {
                    completion.run();
                } catch (Throwable e) {
                    if (first == null) {
                        first = e;
                    } else {
                        first.addSuppressed(e);
                    }
                }
            }
        }
        return first;
    }
}
