package dev.capstan.driver.dag;

import dev.capstan.engine.id.JobId;

import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * A job as the user's thread submits it.
 *
 * @param job its id
 * @param name for people
 * @param group for cancelling, empty for none
 * @param tags for cancelling
 * @param pool for fair scheduling
 * @param interruptOnCancel whether its tasks are interrupted when it is cancelled
 * @param result the last stage
 * @param partitions which partitions of it are wanted; the result of the i-th is reported under index i
 */
public record JobPlan(
        JobId job,
        String name,
        String group,
        SequencedSet<String> tags,
        String pool,
        boolean interruptOnCancel,
        StagePlan result,
        int[] partitions) {
    public JobPlan {
        tags = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(tags));
        var seen = new BitSet(result.partitions());
        for (int partition : partitions) {
            if (partition < 0 || partition >= result.partitions()) {
                throw new IllegalArgumentException(
                        job + " wants partition " + partition + " of " + result.partitions() + " of " + result.name());
            }
            if (seen.get(partition)) {
                throw new IllegalArgumentException(job + " wants partition " + partition + " twice");
            }
            seen.set(partition);
        }
    }

    @Override
    public String toString() {
        return "JobPlan[" + job + ", " + name + ", " + partitions.length + " partitions of " + result + "]";
    }
}
