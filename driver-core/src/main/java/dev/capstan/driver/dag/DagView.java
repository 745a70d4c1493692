package dev.capstan.driver.dag;

import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A picture of the DAG scheduler's state, for screens, tests and invariants.
 *
 * @param jobs that have not ended
 * @param ended the last of those that have
 */
public record DagView(
        List<JobLine> jobs,
        List<JobLine> ended,
        List<StageLine> stages,
        Map<ShuffleId, List<@Nullable ExecutorId>> mapOutputs,
        List<CacheLine> cached) {
    public DagView {
        jobs = List.copyOf(jobs);
        ended = List.copyOf(ended);
        stages = List.copyOf(stages);
        cached = List.copyOf(cached);
    }

    /**
     * @param stages that it needs or needed
     * @param ending null while it has not ended
     */
    public record JobLine(
            JobId job,
            String name,
            String group,
            Set<String> tags,
            List<StageId> stages,
            int finished,
            int wanted,
            JobEvent.@Nullable Ending ending) {}

    /**
     * What executors keep of a dataset.
     *
     * @param partitions of which there is a copy
     * @param copies of all of them together, whose bytes follow
     */
    public record CacheLine(DatasetId dataset, int partitions, int copies, long memoryBytes, long diskBytes) {}

    /**
     * @param tasksInFlight partitions that the task scheduler has
     * @param failedTasks task attempts that failed, so far
     * @param inFlight attempts that have not ended
     * @param launching those of which more tasks may be launched
     * @param reads the shuffles that the launching attempts read
     */
    public record StageLine(
            StageId stage,
            String name,
            @Nullable ShuffleId writes,
            int finished,
            int total,
            int tasksInFlight,
            int failedTasks,
            List<StageAttempt> inFlight,
            List<StageAttempt> launching,
            List<ShuffleId> reads) {}
}
