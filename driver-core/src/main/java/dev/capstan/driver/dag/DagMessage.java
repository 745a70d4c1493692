package dev.capstan.driver.dag;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageId;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;

import org.jspecify.annotations.Nullable;

/** What user threads ask of the DAG scheduler, and its timers. */
public sealed interface DagMessage extends Message {
    /** Run this; every job ends with {@link JobEvent.JobEnded}. */
    record SubmitJob(JobPlan plan) implements DagMessage {
        /** Without the plan, which would keep the job's datasets from being forgotten. */
        @Override
        public Object trace() {
            return new Trace("SubmitJob", plan.job(), plan.name());
        }

        private record Trace(String message, JobId job, String name) {}
    }

    /** End one job. */
    record CancelJob(JobId job, String reason) implements DagMessage {}

    /** End all jobs of a group. */
    record CancelGroup(String group, String reason) implements DagMessage {}

    /** End all jobs that have the tag. */
    record CancelTag(String tag, String reason) implements DagMessage {}

    /** End all jobs that need the stage. */
    record CancelStage(StageId stage, String reason) implements DagMessage {}

    /** End everything. */
    record CancelAll(String reason) implements DagMessage {}

    /** Tell the desk what there is: it is told {@link JobEvent.StatusTold}. */
    record TellStatus() implements DagMessage {}

    /** Nobody refers to the shuffle any more: its outputs are dropped everywhere. */
    record ForgetShuffle(ShuffleId shuffle) implements DagMessage {}

    /** The dataset is no longer to be kept: its cached partitions are dropped everywhere. */
    record ForgetDataset(DatasetId dataset) implements DagMessage {}

    /** Executors let go of what they hold of the broadcast value. */
    record ForgetBroadcast(BroadcastId broadcast) implements DagMessage {}

    /**
     * The outcome of {@link DagOperation.FetchResult}.
     *
     * @param bytes null when they could not be had; {@code failure} says why
     */
    record ResultFetched(DagOperation.FetchResult fetch, byte @Nullable [] bytes, String failure)
            implements DagMessage {
        @Override
        public Object trace() {
            return "ResultFetched[" + fetch.trace() + ", " + (bytes == null ? failure : bytes.length + " bytes") + "]";
        }
    }

    /** An executor asks who holds a cached partition; {@code door} is told {@link HoldersFound}. */
    record FindHolders(long ticket, Address door, BlockId.CachedPartition block) implements DagMessage {}

    /** Timer: look after copies that were ordered and have not come. */
    record LookAfterCopies() implements DagMessage {}

    /** Timer: submit again the stages that lost inputs. */
    record ResubmitStages() implements DagMessage {}

    /** Timer: tell how far the running stages are. */
    record TellProgress() implements DagMessage {}
}
