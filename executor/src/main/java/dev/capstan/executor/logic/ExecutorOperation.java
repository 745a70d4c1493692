package dev.capstan.executor.logic;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorOrder.InstallStage;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Operation;

import java.util.List;

/** What the executor's actor has done by the pool and the stores of its process. */
public sealed interface ExecutorOperation extends Operation {
    /** Keep the code of a stage ready. */
    record Install(InstallStage stage) implements ExecutorOperation {
        @Override
        public Object trace() {
            return "Install[" + stage.stage() + ", " + stage.code() + "]";
        }
    }

    /** Queue these in order; each is answered with {@link ExecutorSignal.TaskDone} or taken back. */
    record Enqueue(StageAttempt stage, List<TaskLaunch> tasks) implements ExecutorOperation {
        @Override
        public Object trace() {
            long bytes = TaskLaunch.payloadBytes(tasks);
            return bytes <= Message.MOST_TRACED_BYTES
                    ? this
                    : "Enqueue[" + stage + ", " + tasks.size() + " tasks, " + bytes + " bytes]";
        }
    }

    /** End these: one that waits at once, one that runs as soon as it notices. */
    record Kill(List<TaskId> tasks, boolean interrupt, String reason) implements ExecutorOperation {}

    /** The task ignores its end: leave its thread behind, free its cores, report it as killed. */
    record Abandon(TaskId task) implements ExecutorOperation {}

    /** Take back up to {@code most} waiting tasks of the stage; answered with {@link ExecutorSignal.TasksTakenBack}. */
    record TakeBack(StageAttempt stage, int most) implements ExecutorOperation {}

    /** Take back all waiting tasks; answered likewise. */
    record TakeBackAll() implements ExecutorOperation {}

    /** Answer with {@link ExecutorSignal.PoolState}. */
    record Look() implements ExecutorOperation {}

    /** Drop the code of a stage. */
    record DropStage(StageAttempt stage) implements ExecutorOperation {}

    /** Drop map outputs. */
    record DropShuffle(ShuffleId shuffle) implements ExecutorOperation {}

    /** Drop cached partitions. */
    record DropDataset(DatasetId dataset) implements ExecutorOperation {}

    /** Drop a broadcast value. */
    record DropBroadcast(BroadcastId broadcast) implements ExecutorOperation {}

    /** Drop one block. */
    record DropBlock(BlockId block) implements ExecutorOperation {}

    /** Take a copy of a cached partition; answered with {@link ExecutorSignal.CopyFailed} if it comes to nothing. */
    record Copy(BlockId.CachedPartition block, StorageLevel level, ExecutorId from) implements ExecutorOperation {}

    /** End the executor. */
    record Stop(String reason) implements ExecutorOperation {}
}
