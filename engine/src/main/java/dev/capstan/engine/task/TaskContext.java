package dev.capstan.engine.task;

import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.shuffle.FetchFailedException;
import dev.capstan.engine.storage.BlockStore;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The task that runs: who it is, and what it may use. It is handed to whoever needs it; there is no way to reach it
 * from nowhere. It belongs to the task's thread, except for {@link #kill}.
 */
public final class TaskContext {
    private final InstalledStage stage;
    private final TaskLaunch launch;
    private final TaskEnvironment environment;
    private final TaskRecorder recorder = new TaskRecorder();
    private @Nullable List<Runnable> completions;
    private @Nullable FetchFailedException fetchFailure;
    private volatile @Nullable String killReason;

    TaskContext(InstalledStage stage, TaskLaunch launch, TaskEnvironment environment) {
        this.stage = stage;
        this.launch = launch;
        this.environment = environment;
    }

    public StageAttempt stage() {
        return stage.id();
    }

    /** This attempt, unique within the application. */
    public TaskId task() {
        return launch.id();
    }

    /** Which partition of the stage's dataset it computes. */
    public int partition() {
        return launch.partition();
    }

    /** From 0; higher when earlier attempts at this partition failed. */
    public int attempt() {
        return launch.attempt();
    }

    public TaskRecorder recorder() {
        return recorder;
    }

    public BlockStore blocks() {
        return environment.blocks();
    }

    /** For data, the same on driver and executors. */
    public Serializer serializer() {
        return environment.serializer();
    }

    public ClassLoader loader() {
        return environment.loader();
    }

    /**
     * Ends the task if it was asked to end. What the engine iterates asks by itself; a function that computes long
     * between two elements should call it now and then.
     */
    public void checkKilled() {
        String reason = killReason;
        if (reason != null) {
            throw new TaskKilledException(reason);
        }
    }

    /** Whether the task was asked to end, or its thread to stop. */
    public boolean isInterrupted() {
        return killReason != null || Thread.currentThread().isInterrupted();
    }

    /** Runs this when the task ends, however it ends; the last added runs first. */
    public void onCompletion(Runnable completion) {
        Objects.requireNonNull(completion, "completion");
        if (completions == null) {
            completions = new ArrayList<>();
        }
        completions.add(completion);
    }

    /** The source data that travelled with this task. */
    public byte[] slice(DatasetId dataset, int partition) {
        for (SourceSlice slice : launch.slices()) {
            if (slice.partition() == partition && slice.dataset().equals(dataset)) {
                return slice.bytes();
            }
        }
        throw new IllegalStateException(
                launch.id() + " came without the source data of partition " + partition + " of " + dataset);
    }

    /** Where the outputs of a shuffle lie, for its reader. */
    public ShuffleInputs inputs(ShuffleId shuffle) {
        return stage.inputs(shuffle);
    }

    public TaskEnvironment environment() {
        return environment;
    }

    /**
     * Remembers that an input is lost, so that the task fails for that reason even if user code hides the exception.
     */
    public FetchFailedException lost(FetchFailedException failure) {
        if (fetchFailure == null) {
            fetchFailure = failure;
        }
        return failure;
    }

    @Nullable FetchFailedException fetchFailure() {
        return fetchFailure;
    }

    void kill(String reason) {
        killReason = reason;
    }

    @Nullable String killReason() {
        return killReason;
    }

    /** Runs what waits for the end, all of it. */
    @Nullable Throwable complete() {
        Throwable first = null;
        if (completions != null) {
            for (Runnable completion : completions.reversed()) {
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
