package dev.capstan.engine.task;

import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.memory.TaskMemory;
import dev.capstan.engine.pipeline.Pipelines;
import dev.capstan.engine.shuffle.FetchFailedException;
import dev.capstan.engine.storage.BlockStore;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.kernel.serialization.Serializer;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * The task that runs: who it is, and what it may use. It belongs to the task's thread. The engine hands it to whoever
 * needs it; functions of the user, whose signatures have no room for it, find it as {@link #current}:
 *
 * <pre>{@code
 * Rdd<String> where = lines.mapPartitions(part -> {
 *     TaskContext task = TaskContext.current();
 *     Connection connection = Connection.open();
 *     task.onCompletion(connection::close);
 *     task.onFailure(failure -> connection.rollback());
 *     return connection.lookUp(part, task.partition());
 * });
 * }</pre>
 */
public interface TaskContext {
    /**
     * The task that this thread runs. It is bound to the body of the task by a scoped value: it cannot be left behind
     * in a thread, and threads that a function starts do not have it.
     *
     * @throws IllegalStateException on a thread that runs no task, the driver's for instance
     */
    static TaskContext current() {
        if (!CurrentTask.TASK.isBound()) {
            throw new IllegalStateException(
                    "TaskContext.current() was called on a thread that runs no task; call it within a function that"
                            + " runs on executors, and hand it to the threads that the function starts");
        }
        return CurrentTask.TASK.get();
    }

    /** Runs the body of a task. */
    static ScopedValue.Carrier bind(TaskContext task) {
        return ScopedValue.where(CurrentTask.TASK, task);
    }

    StageAttempt stage();

    /** This attempt, unique within the application. */
    TaskId task();

    /** Which partition of the stage's dataset it computes. */
    int partition();

    /** From 0; higher when earlier attempts at this partition failed. */
    int attempt();

    /** How many partitions the dataset of the stage has. */
    int partitions();

    /** What this task may take of its executor. */
    Resources resources();

    /** What it has cost so far. */
    TaskMetrics metrics();

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

    /**
     * Runs this when the task is killed, at once and on another thread; it must not block. It is there to wake what
     * waits, by closing it, and may run more than once, even when the task has just ended.
     */
    void onKill(Runnable wakes);

    /** Runs this when the task ends, however it ends; the last added runs first. */
    void onCompletion(Runnable completion);

    /**
     * Runs this when the task fails or is killed, before what waits for its completion; the last added runs first. What
     * it throws is added to the failure.
     */
    void onFailure(Consumer<? super Throwable> listener);

    /**
     * Waits until all tasks of the barrier stage are here; see {@code Rdd.barrier()}. Every task must call the same
     * things equally often, on its own thread.
     *
     * @throws BarrierException when not all tasks will come: one has failed, ended or called something else, or it took
     *     longer than {@code capstan.barrier.timeout}; also in a stage that is none of barriers
     */
    void barrier();

    /**
     * Waits until all tasks of the barrier stage are here, and tells each what all of them said:
     *
     * <pre>{@code
     * Rdd<Double> trained = rows.barrier().mapPartitions(part -> {
     *     List<String> peers = TaskContext.current().allGather(listener.address());
     *     return train(part, peers).iterator();
     * });
     * }</pre>
     *
     * @return the messages of all tasks, its own included, in the order of their partitions
     * @throws BarrierException as {@link #barrier} does, and when the messages together take more than 32 MB
     */
    List<byte[]> allGather(byte[] message);

    /** The same with text. */
    default List<String> allGather(String message) {
        return allGather(message.getBytes(StandardCharsets.UTF_8)).stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }

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
