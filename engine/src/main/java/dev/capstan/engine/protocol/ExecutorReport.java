package dev.capstan.engine.protocol;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.storage.KeptBlock;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.resource.Resources;

import java.util.List;

/** What an executor tells its driver. */
public sealed interface ExecutorReport {
    /** How many bytes it holds besides ids, about. */
    default long payloadBytes() {
        return this instanceof TaskEnded ended ? ended.outcome().payloadBytes() : 0;
    }

    /** First word of an executor: which lease it serves, where it is and what it can hold. */
    record Register(LeaseId lease, String host, Resources resources) implements ExecutorReport {}

    /** One attempt is over. */
    record TaskEnded(TaskId task, TaskOutcome outcome, TaskMetrics metrics) implements ExecutorReport {}

    /** These were given back before they started. */
    record TasksReturned(List<TaskId> tasks) implements ExecutorReport {
        public TasksReturned {
            tasks = List.copyOf(tasks);
        }
    }

    /** These cannot start, because the code of their stage has not arrived: it was lost on the way. */
    record StageMissing(StageAttempt stage, List<TaskId> tasks) implements ExecutorReport {
        public StageMissing {
            tasks = List.copyOf(tasks);
        }
    }

    /** Cached partitions that came or moved, with what they take now, or went. */
    record BlocksChanged(List<KeptBlock> kept, List<BlockId> removed) implements ExecutorReport {
        public BlocksChanged {
            kept = List.copyOf(kept);
            removed = List.copyOf(removed);
        }
    }

    /** The copy that was ordered is not here: it could not be read, or there was no room for it. */
    record CopyFailed(BlockId.CachedPartition block, String reason) implements ExecutorReport {}

    /** I am alive, and these are the tasks that I know of and whose outcome I have not reported yet. */
    record Heartbeat(List<TaskProgress> running, List<TaskId> queued) implements ExecutorReport {
        public Heartbeat {
            running = List.copyOf(running);
            queued = List.copyOf(queued);
        }
    }

    /** How far a running task is. */
    record TaskProgress(TaskId task, long runNanos, long recordsRead) {}

    /** All that ran has ended and nothing will be taken. */
    record Drained() implements ExecutorReport {}

    /** The executor ends itself. */
    record Ending(String reason) implements ExecutorReport {}
}
