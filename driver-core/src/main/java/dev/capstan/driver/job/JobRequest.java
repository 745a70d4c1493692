package dev.capstan.driver.job;

import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.task.PartitionFn;

import java.util.Arrays;
import java.util.Objects;

/**
 * One job: a function on some partitions of a dataset.
 *
 * @param partitions the ones to compute, each once; may be empty
 */
public record JobRequest<T, U>(
        Lineage<T> dataset, int[] partitions, PartitionFn<? super T, ? extends U> function, JobProperties properties) {
    public JobRequest {
        Objects.requireNonNull(dataset, "dataset");
        Objects.requireNonNull(function, "function");
        Objects.requireNonNull(properties, "properties");
    }

    @Override
    public String toString() {
        return "JobRequest["
                + properties.name()
                + " on "
                + dataset
                + ", partitions "
                + (partitions.length <= 8 ? Arrays.toString(partitions) : partitions.length)
                + "]";
    }
}
