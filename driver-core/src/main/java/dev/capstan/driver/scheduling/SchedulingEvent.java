package dev.capstan.driver.scheduling;

import dev.capstan.driver.backend.ClusterFault;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.storage.KeptBlock;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.resource.Resources;

import java.util.List;

/** Task scheduler to DAG scheduler. */
public sealed interface SchedulingEvent extends Message {
    /** Attempts that ended, in order: each partition succeeds at most once per stage attempt. */
    record TasksEnded(List<EndedTask> tasks) implements SchedulingEvent {
        public TasksEnded {
            tasks = List.copyOf(tasks);
        }

        @Override
        public Object trace() {
            long bytes = 0;
            for (EndedTask task : tasks) {
                bytes += task.outcome().payloadBytes();
            }
            return bytes <= MOST_TRACED_BYTES ? this : "TasksEnded[" + tasks.size() + " tasks, " + bytes + " bytes]";
        }
    }

    /**
     * @param willRetry whether the scheduler tries this partition again by itself, or had it already
     */
    record EndedTask(
            StageAttempt stage,
            int partition,
            TaskId task,
            ExecutorId executor,
            String host,
            TaskOutcome outcome,
            TaskMetrics metrics,
            boolean willRetry) {}

    /** Some partition failed too often, or can never run; nothing of the set runs any more. */
    record TaskSetAborted(StageAttempt stage, String reason) implements SchedulingEvent {}

    /** Answer to {@link SchedulingRequest.HoldTasks}: these partitions will not be computed by this attempt. */
    record TasksHeld(StageAttempt stage, List<Integer> partitions) implements SchedulingEvent {
        public TasksHeld {
            partitions = List.copyOf(partitions);
        }
    }

    /** An executor can take tasks. */
    record ExecutorJoined(ExecutorId executor, String host, Resources resources) implements SchedulingEvent {}

    /** An executor is gone, and with it its map outputs and cached partitions. */
    record ExecutorGone(ExecutorId executor, String reason) implements SchedulingEvent {}

    /** Cached partitions came or moved, with what they take now, or went. */
    record BlocksChanged(ExecutorId executor, String host, List<KeptBlock> kept, List<BlockId> removed)
            implements SchedulingEvent {}

    /** A copy of a cached partition that was ordered is not there. */
    record CopyFailed(ExecutorId executor, BlockId.CachedPartition block, String reason) implements SchedulingEvent {}

    /** Tasks wait and none has run for a while; {@code why} is for the user. */
    record NothingRuns(String why) implements SchedulingEvent {}

    /** Answer to {@link SchedulingRequest.Explain}. */
    record Explained(String text) implements SchedulingEvent {}

    /** Nothing will run any more. */
    record BackendDead(ClusterFault fault, String reason) implements SchedulingEvent {}
}
