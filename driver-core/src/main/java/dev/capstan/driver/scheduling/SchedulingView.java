package dev.capstan.driver.scheduling;

import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.kernel.resource.Resources;

import java.util.List;

/**
 * A picture of a task scheduler's state at one moment.
 *
 * @param executors that have a lease, registered or not
 * @param taskSets that are not finished
 * @param pools that have task sets
 * @param exclusions in force
 */
public record SchedulingView(
        List<ExecutorLine> executors,
        List<TaskSetLine> taskSets,
        List<PoolLine> pools,
        List<ExclusionLine> exclusions) {
    public SchedulingView {
        executors = List.copyOf(executors);
        taskSets = List.copyOf(taskSets);
        pools = List.copyOf(pools);
        exclusions = List.copyOf(exclusions);
    }

    /**
     * One executor.
     *
     * @param held what the tasks that it was given at most use at once; never above {@code leased}, unless the lease
     *     shrank below what ran
     * @param tasks how many it was given and has not reported
     * @param queued how many of them wait at the executor for others to end
     */
    public record ExecutorLine(
            ExecutorId executor,
            String host,
            Resources leased,
            Resources held,
            int tasks,
            int queued,
            boolean takesTasks) {}

    /**
     * Progress of one stage attempt.
     *
     * @param waiting tasks that no executor has
     * @param running attempts that have their resources
     * @param queued attempts that wait at an executor for others to end
     * @param finished partitions that need not run any more
     */
    public record TaskSetLine(
            StageAttempt stage, String name, int total, int waiting, int running, int queued, int finished) {}

    /**
     * One pool.
     *
     * @param usedMilliCpus that its tasks were given
     */
    public record PoolLine(String name, int weight, int minShare, long usedMilliCpus, int taskSets) {}

    /**
     * Something that is left out.
     *
     * @param what an executor or a host
     * @param forWhom the application or a stage
     */
    public record ExclusionLine(String what, String forWhom, String why) {}
}
