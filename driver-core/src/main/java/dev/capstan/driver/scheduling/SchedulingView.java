package dev.capstan.driver.scheduling;

import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.kernel.resource.Resources;

import java.util.List;

/** A picture of a task scheduler's state at one moment. */
public record SchedulingView(List<ExecutorLine> executors, List<TaskSetLine> taskSets) {
    public SchedulingView {
        executors = List.copyOf(executors);
        taskSets = List.copyOf(taskSets);
    }

    /**
     * @param held what the tasks that it was given at most use at once; never above {@code leased}
     * @param tasks how many it was given and has not reported
     */
    public record ExecutorLine(
            ExecutorId executor, String host, Resources leased, Resources held, int tasks, boolean takesTasks) {}

    /** Progress of one stage attempt. */
    public record TaskSetLine(StageAttempt stage, String name, int total, int waiting, int running, int finished) {}
}
