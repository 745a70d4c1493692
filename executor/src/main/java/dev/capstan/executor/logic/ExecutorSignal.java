package dev.capstan.executor.logic;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorReport;
import dev.capstan.engine.storage.KeptBlock;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.actor.Message;

import java.util.List;

/** What the executor's own process tells its actor. */
public sealed interface ExecutorSignal extends Message {
    /** The first message: register with the driver. */
    record Start() implements ExecutorSignal {}

    /** The pool: an attempt is over. */
    record TaskDone(TaskId task, TaskOutcome outcome, TaskMetrics metrics) implements ExecutorSignal {
        @Override
        public Object trace() {
            long bytes = outcome.payloadBytes();
            return bytes <= MOST_TRACED_BYTES ? this : "TaskDone[" + task + ", " + bytes + " bytes]";
        }
    }

    /** The pool: these were taken out of the queue and have not started. */
    record TasksTakenBack(List<TaskId> tasks) implements ExecutorSignal {}

    /** The pool: what runs and what waits, for the heartbeat. */
    record PoolState(List<ExecutorReport.TaskProgress> running, List<TaskId> queued) implements ExecutorSignal {}

    /** The pool: so many threads are lost to tasks that do not end that this process should be replaced. */
    record Unfit(String reason) implements ExecutorSignal {}

    /** The block store: cached partitions came or went. */
    record BlocksChanged(List<KeptBlock> kept, List<BlockId> removed) implements ExecutorSignal {}

    /** The block store: a copy that was ordered is not here, and why. */
    record CopyFailed(BlockId.CachedPartition block, String reason) implements ExecutorSignal {}

    /** The transport: there is no way to the driver, or no longer. */
    record DriverLost(String reason) implements ExecutorSignal {}

    /** Timer: the driver was away for longer than it may be. */
    record DriverGone(String reason) implements ExecutorSignal {}

    /** Timer: register again, nobody answered. */
    record RegisterAgain() implements ExecutorSignal {}

    /** Timer: it is time for a heartbeat. */
    record Beat() implements ExecutorSignal {}

    /** Timer: send again the reports that the driver has not taken. */
    record SendAgain() implements ExecutorSignal {}

    /** Timer: a killed task should have ended by now. */
    record Reap(TaskId task) implements ExecutorSignal {}

    /** Timer: the grace of a drain is over. */
    record DrainOver() implements ExecutorSignal {}
}
