package dev.capstan.engine.protocol;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.engine.task.ShuffleInputs;
import dev.capstan.engine.task.StageCode;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.kernel.resource.Resources;

import java.time.Duration;
import java.util.List;

/** What a driver orders an executor to do. Every order may arrive twice and is then done once. */
public sealed interface ExecutorOrder {
    /** How many bytes it holds besides ids, about: code, and data that travels with tasks. */
    default long payloadBytes() {
        return switch (this) {
            case InstallStage stage -> stage.code().bytes().length;
            case RunTasks(_, var tasks) -> TaskLaunch.payloadBytes(tasks);
            case Welcome _,
                    Refuse _,
                    KillTasks _,
                    ReturnTasks _,
                    ForgetStage _,
                    ForgetShuffle _,
                    ForgetDataset _,
                    ForgetBroadcast _,
                    ForgetBlock _,
                    CopyBlock _,
                    Lasting _,
                    ReportsTaken _,
                    Drain _,
                    Shutdown _ ->
                    0;
        };
    }

    /** The registration is accepted; heartbeats are expected at this interval. */
    record Welcome(Duration heartbeatInterval) implements ExecutorOrder {}

    /** The registration is refused; the executor ends itself and says why. */
    record Refuse(String reason) implements ExecutorOrder {}

    /** Comes before the first task of a stage attempt. */
    record InstallStage(StageAttempt stage, StageCode code, List<ShuffleInputs> inputs, Resources perTask)
            implements ExecutorOrder {
        public InstallStage {
            inputs = List.copyOf(inputs);
        }
    }

    /** Run these, in this order, as cores come free. */
    record RunTasks(StageAttempt stage, List<TaskLaunch> tasks) implements ExecutorOrder {
        public RunTasks {
            tasks = List.copyOf(tasks);
        }
    }

    /** End these, queued or running; each still has its outcome. */
    record KillTasks(List<TaskId> tasks, boolean interrupt, String reason) implements ExecutorOrder {
        public KillTasks {
            tasks = List.copyOf(tasks);
        }
    }

    /** Give back up to so many tasks of the stage that have not started, the last queued first. */
    record ReturnTasks(StageAttempt stage, int most) implements ExecutorOrder {}

    /** No task of this stage attempt will come any more. */
    record ForgetStage(StageAttempt stage) implements ExecutorOrder {}

    /** Nobody will read these map outputs any more. */
    record ForgetShuffle(ShuffleId shuffle) implements ExecutorOrder {}

    /** Drop all cached partitions of the dataset. */
    record ForgetDataset(DatasetId dataset) implements ExecutorOrder {}

    /** Drop what is here of the broadcast value; a task that asks for it reads it anew. */
    record ForgetBroadcast(BroadcastId broadcast) implements ExecutorOrder {}

    /** Drop one block, a stored result that was fetched for instance. */
    record ForgetBlock(BlockId block) implements ExecutorOrder {}

    /**
     * Take a copy of a cached partition from the executor that holds it; reported as any block that is kept, or with
     * {@link ExecutorReport.CopyFailed}.
     */
    record CopyBlock(BlockId.CachedPartition block, StorageLevel level, ExecutorId from) implements ExecutorOrder {}

    /**
     * An order that must arrive, however late: it is said again until {@link ExecutorReports#ordersTaken} covers its
     * number. The executor takes each once and in the order of the numbers, which rise by one from 1.
     */
    record Lasting(long number, ExecutorOrder order) implements ExecutorOrder {}

    /** All reports up to this number have arrived; said after each heartbeat, too, so that silence can be noticed. */
    record ReportsTaken(long sequence) implements ExecutorOrder {}

    /** Take no new task, finish those that run within the grace, report {@link ExecutorReport.Drained}. */
    record Drain(Duration grace) implements ExecutorOrder {}

    /** End now. */
    record Shutdown(String reason) implements ExecutorOrder {}
}
