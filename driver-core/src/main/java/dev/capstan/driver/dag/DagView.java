package dev.capstan.driver.dag;

import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/** A picture of the DAG scheduler's state, for screens, tests and invariants. */
public record DagView(
        List<JobLine> jobs, List<StageLine> stages, Map<ShuffleId, List<@Nullable ExecutorId>> mapOutputs) {
    public DagView {
        jobs = List.copyOf(jobs);
        stages = List.copyOf(stages);
    }

    /** A job that has not ended. */
    public record JobLine(JobId job, String name, int finished, int wanted) {}

    /**
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
            List<StageAttempt> inFlight,
            List<StageAttempt> launching,
            List<ShuffleId> reads) {}
}
