package dev.capstan.driver.dag;

import dev.capstan.engine.id.StageId;
import dev.capstan.engine.task.TaskMetrics;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** A job that has not ended. */
final class Job {
    final JobPlan plan;
    final Stage result;

    /** The stages that it needs or needed. */
    final TreeSet<StageId> stages = new TreeSet<>();

    /** For each partition of the result stage, the index under which it is wanted, or -1. */
    private final int[] firstIndex;

    private long resultBytes;
    int stagesRun;
    int stagesSkipped;
    int tasks;
    int failedTasks;
    TaskMetrics metrics = TaskMetrics.NONE;

    Job(JobPlan plan, Stage result) {
        this.plan = plan;
        this.result = result;
        this.firstIndex = new int[plan.result().partitions()];
        Arrays.fill(firstIndex, -1);
        for (int index = plan.partitions().length - 1; index >= 0; index--) {
            firstIndex[plan.partitions()[index]] = index;
        }
    }

    int index(int partition) {
        return firstIndex[partition];
    }

    long addResult(long bytes) {
        resultBytes += bytes;
        return resultBytes;
    }

    JobEvent.JobSummary summary() {
        return new JobEvent.JobSummary(stagesRun, stagesSkipped, tasks, failedTasks, metrics);
    }

    DagView.JobLine line(JobEvent.@Nullable Ending ending) {
        return new DagView.JobLine(
                plan.job(),
                plan.name(),
                plan.group(),
                plan.tags(),
                List.copyOf(stages),
                result.finishedCount(),
                result.total(),
                ending);
    }
}
