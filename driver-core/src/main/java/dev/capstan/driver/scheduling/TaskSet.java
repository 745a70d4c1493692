package dev.capstan.driver.scheduling;

import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.task.ShuffleInputs;
import dev.capstan.engine.task.SourceSlice;
import dev.capstan.engine.task.StageCode;
import dev.capstan.kernel.resource.Resources;

import java.util.List;
import java.util.Objects;

/**
 * The tasks of one stage attempt: one per partition.
 *
 * @param stage whose tasks they are
 * @param job the first job that needs them; earlier jobs go first
 * @param name for people
 * @param pool for fair scheduling
 * @param code of the stage
 * @param inputs where the map outputs lie that the stage reads
 * @param partitions of the stage's dataset that are to be computed
 * @param tasks what differs from task to task
 * @param perTask what one task takes of its executor
 * @param barrier whether all must run at once, and all again if one fails
 */
public record TaskSet(
        StageAttempt stage,
        JobId job,
        String name,
        String pool,
        StageCode code,
        List<ShuffleInputs> inputs,
        int[] partitions,
        Tasks tasks,
        Resources perTask,
        boolean barrier) {
    public TaskSet {
        Objects.requireNonNull(stage, "stage");
        inputs = List.copyOf(inputs);
        if (partitions.length == 0) {
            throw new IllegalArgumentException(stage + " has no partition to compute");
        }
    }

    /** What differs from task to task; an immutable plan, asked when a task is placed. */
    public interface Tasks {
        /** Tasks without source data and without preferences. */
        Tasks PLAIN = new Tasks() {};

        /** The source data that travels with the task of this partition. */
        default List<SourceSlice> slices(int partition) {
            return List.of();
        }

        /** Where it would rather run, best first. */
        default List<Preference> preferences(int partition) {
            return List.of();
        }
    }

    @Override
    public String toString() {
        return "TaskSet[" + stage + " of " + job + ", " + partitions.length + " tasks, pool " + pool + "]";
    }
}
