package dev.capstan.driver;

import dev.capstan.driver.dag.DagView;
import dev.capstan.driver.dag.JobEvent.Ending;
import dev.capstan.engine.id.StageId;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a context runs and keeps, at one moment.
 *
 * <pre>{@code
 * ContextStatus status = context.status();
 * for (int id : status.activeJobIds()) {
 *     for (int stage : status.job(id).orElseThrow().stageIds()) {
 *         status.stage(stage).ifPresent(System.out::println);
 *     }
 * }
 * }</pre>
 *
 * @param jobs those that run or wait, and before them the last ones that ended
 * @param stages of the jobs that run, and those of earlier jobs whose outputs are still there
 * @param datasets of which something is kept
 */
public record ContextStatus(List<JobInfo> jobs, List<StageInfo> stages, List<StorageInfo> datasets) {
    public ContextStatus {
        jobs = List.copyOf(jobs);
        stages = List.copyOf(stages);
        datasets = List.copyOf(datasets);
    }

    /** What became of a job. */
    public enum JobState {
        /** It runs, or waits for resources. */
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED
    }

    /**
     * A job.
     *
     * @param group of {@link CapstanContext#setJobGroup}; empty for none
     * @param stageIds that it needs or needed
     * @param finished of the partitions that it wants
     * @param wanted partitions
     */
    public record JobInfo(
            int id,
            String name,
            String group,
            Set<String> tags,
            JobState state,
            List<Integer> stageIds,
            int finished,
            int wanted) {
        public JobInfo {
            tags = Set.copyOf(tags);
            stageIds = List.copyOf(stageIds);
        }
    }

    /**
     * A stage.
     *
     * @param tasks one for each partition
     * @param active tasks that run or wait for a core
     * @param completed tasks whose outputs are there
     * @param failed attempts that failed; those tasks run again
     */
    public record StageInfo(int id, String name, int tasks, int active, int completed, int failed) {}

    /**
     * What executors keep of a dataset.
     *
     * @param cachedPartitions of which there is at least one copy
     * @param copies of all those partitions, on whichever executors
     * @param memoryBytes of all copies, on heaps and outside of them
     * @param diskBytes of all copies
     */
    public record StorageInfo(int datasetId, int cachedPartitions, int copies, long memoryBytes, long diskBytes) {}

    static ContextStatus of(DagView view) {
        List<JobInfo> jobs = new ArrayList<>();
        view.ended().forEach(line -> jobs.add(job(line)));
        view.jobs().forEach(line -> jobs.add(job(line)));
        return new ContextStatus(
                jobs,
                view.stages().stream().map(ContextStatus::stage).toList(),
                view.cached().stream().map(ContextStatus::storage).toList());
    }

    private static JobInfo job(DagView.JobLine line) {
        return new JobInfo(
                line.job().number(),
                line.name(),
                line.group(),
                line.tags(),
                state(line.ending()),
                line.stages().stream().map(StageId::number).toList(),
                line.finished(),
                line.wanted());
    }

    private static JobState state(@Nullable Ending ending) {
        return switch (ending) {
            case null -> JobState.RUNNING;
            case Ending.Succeeded() -> JobState.SUCCEEDED;
            case Ending.Failed _, Ending.Unserved _ -> JobState.FAILED;
            case Ending.Cancelled _ -> JobState.CANCELLED;
        };
    }

    private static StageInfo stage(DagView.StageLine line) {
        return new StageInfo(
                line.stage().number(),
                line.name(),
                line.total(),
                line.tasksInFlight(),
                line.finished(),
                line.failedTasks());
    }

    private static StorageInfo storage(DagView.CacheLine line) {
        return new StorageInfo(
                line.dataset().number(), line.partitions(), line.copies(), line.memoryBytes(), line.diskBytes());
    }

    /** The jobs that run or wait. */
    public List<Integer> activeJobIds() {
        return jobs.stream().filter(job -> job.state == JobState.RUNNING).map(JobInfo::id).toList();
    }

    /** The stages that have tasks which run or wait for a core. */
    public List<Integer> activeStageIds() {
        return stages.stream().filter(stage -> stage.active > 0).map(StageInfo::id).toList();
    }

    /** The jobs of a group, those among the last that ended included. */
    public List<Integer> jobIdsOfGroup(String group) {
        Objects.requireNonNull(group, "group");
        return jobs.stream().filter(job -> job.group.equals(group)).map(JobInfo::id).toList();
    }

    /** The jobs with a tag, those among the last that ended included. */
    public List<Integer> jobIdsWithTag(String tag) {
        Objects.requireNonNull(tag, "tag");
        return jobs.stream().filter(job -> job.tags.contains(tag)).map(JobInfo::id).toList();
    }

    /** The job, unless it ended long ago. */
    public Optional<JobInfo> job(int id) {
        return jobs.stream().filter(job -> job.id == id).findFirst();
    }

    /** The stage, unless it is over and nothing of it is there any more. */
    public Optional<StageInfo> stage(int id) {
        return stages.stream().filter(stage -> stage.id == id).findFirst();
    }

    /** What is kept of the dataset; empty if nothing is. */
    public Optional<StorageInfo> storage(Rdd<?> dataset) {
        int id = dataset.lineage().id().number();
        return datasets.stream().filter(kept -> kept.datasetId == id).findFirst();
    }
}
