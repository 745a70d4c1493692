package dev.capstan.engine.task;

import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.memory.TaskMemory;
import dev.capstan.engine.pipeline.Pipelines;
import dev.capstan.engine.shuffle.FetchFailedException;
import dev.capstan.engine.storage.BlockStore;
import dev.capstan.kernel.serialization.Serializer;

/**
 * The task that runs: who it is, and what it may use. It is handed to whoever needs it; there is no way to reach it
 * from nowhere. It belongs to the task's thread.
 */
public interface TaskContext {
    StageAttempt stage();

    /** This attempt, unique within the application. */
    TaskId task();

    /** Which partition of the stage's dataset it computes. */
    int partition();

    /** From 0; higher when earlier attempts at this partition failed. */
    int attempt();

    TaskRecorder recorder();

    /** What this attempt holds of the executor's memory; whatever grows asks here first. */
    TaskMemory memory();

    TaskEnvironment environment();

    /**
     * Ends the task if it was asked to end. What the engine iterates asks by itself; a function that computes long
     * between two elements should call it now and then.
     */
    void checkKilled();

    /** Whether the task was asked to end, or its thread to stop. */
    boolean isInterrupted();

    /** Runs this when the task ends, however it ends; the last added runs first. */
    void onCompletion(Runnable completion);

    /** The source data that travelled with this task. */
    byte[] slice(DatasetId dataset, int partition);

    /** Where the outputs of a shuffle lie, for its reader. */
    ShuffleInputs inputs(ShuffleId shuffle);

    /**
     * Remembers that an input is lost, so that the task fails for that reason even if user code hides the exception.
     *
     * @return the exception, to be thrown
     */
    FetchFailedException lost(FetchFailedException failure);

    default BlockStore blocks() {
        return environment().blocks();
    }

    /** Makes the sinks that elements are pushed into. */
    default Pipelines pipelines() {
        return environment().pipelines();
    }

    /** For data, the same on driver and executors. */
    default Serializer serializer() {
        return environment().serializer();
    }

    default ClassLoader loader() {
        return environment().loader();
    }
}
