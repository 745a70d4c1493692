package dev.capstan.engine.task;

import dev.capstan.engine.id.TaskId;

import java.util.List;

/**
 * All that a task is beyond the code of its stage.
 *
 * @param id of this attempt
 * @param partition of the stage's dataset
 * @param attempt from 0, within the stage attempt
 * @param slices the source data of this partition that travels with the task
 */
public record TaskLaunch(TaskId id, int partition, int attempt, List<SourceSlice> slices) {
    public TaskLaunch {
        slices = List.copyOf(slices);
    }

    /** How many bytes travel with the tasks. */
    public static long payloadBytes(List<TaskLaunch> tasks) {
        long bytes = 0;
        for (TaskLaunch task : tasks) {
            for (SourceSlice slice : task.slices()) {
                bytes += slice.bytes().length;
            }
        }
        return bytes;
    }
}
