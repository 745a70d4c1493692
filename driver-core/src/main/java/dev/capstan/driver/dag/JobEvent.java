package dev.capstan.driver.dag;

import dev.capstan.driver.backend.ClusterFault;
import dev.capstan.engine.accumulator.AccumulatorUpdate;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.resource.Resources;

import java.util.List;

/** DAG scheduler to whoever waits for jobs: futures and the console. */
public sealed interface JobEvent extends Message {
    /** The job was cut into stages; {@code skipped} of them had their outputs already. */
    record JobStarted(JobId job, String name, int stages, int skipped) implements JobEvent {}

    /** One result, serialized, exactly once per index. */
    record PartitionResult(JobId job, int index, byte[] bytes) implements JobEvent {
        @Override
        public Object trace() {
            return "PartitionResult[" + job + ", " + index + ", " + bytes.length + " bytes]";
        }
    }

    /** What a task has added to accumulators, exactly once for each partition of a stage; before the job's end. */
    record AccumulatorsUpdated(StageId stage, int partition, List<AccumulatorUpdate> updates) implements JobEvent {
        public AccumulatorsUpdated {
            updates = List.copyOf(updates);
        }

        @Override
        public Object trace() {
            return "AccumulatorsUpdated[" + stage + ", " + partition + ", " + updates.size() + " updates]";
        }
    }

    /** The job is over, exactly once per job. */
    record JobEnded(JobId job, Ending ending, JobSummary summary) implements JobEvent {}

    /** How a job ended. */
    sealed interface Ending {
        record Succeeded() implements Ending {}

        record Failed(String reason) implements Ending {}

        /** The cluster does not serve the program. */
        record Unserved(ClusterFault fault, String reason) implements Ending {}

        record Cancelled(String reason) implements Ending {}
    }

    /** What a job cost. */
    record JobSummary(int stagesRun, int stagesSkipped, int tasks, int failedTasks, TaskMetrics metrics) {}

    /** Tasks of a stage were handed to the task scheduler. */
    record StageStarted(StageAttempt stage, JobId job, String name, int tasks) implements JobEvent {}

    /** How far a stage is; told now and then. */
    record StageProgress(StageId stage, JobId job, String name, int finished, int total, int failed)
            implements JobEvent {}

    /** All partitions of a stage are there. */
    record StageFinished(StageId stage, String name, int total) implements JobEvent {}

    /** An executor is up, and has this to give. */
    record ExecutorRegistered(ExecutorId executor, String host, Resources resources) implements JobEvent {}

    /** An executor is gone, be it that it was given back. */
    record ExecutorLost(ExecutorId executor, String reason) implements JobEvent {}

    /** Something the user should read, once. */
    record Notice(String text) implements JobEvent {}

    /** Answer to {@link DagMessage.TellStatus}. */
    record StatusTold(DagView view) implements JobEvent {
        /** Not what it was: traces are kept, and pictures are large. */
        @Override
        public Object trace() {
            return "StatusTold[" + view.jobs().size() + " jobs, " + view.stages().size() + " stages]";
        }
    }

    /** Answer to an explain request. */
    record Explained(String text) implements JobEvent {}
}
