package dev.capstan.driver;

import org.jspecify.annotations.Nullable;

/** Refuses arguments that cannot be meant, at the call. */
final class Checks {
    /** Each partition of a job takes memory of the driver; more than this would end all jobs, not the one. */
    private static final int MOST_PARTITIONS = 10_000_000;

    private Checks() {}

    static void given(@Nullable Object argument, String operator, String what) {
        if (argument == null) {
            throw new IllegalArgumentException(operator + " needs " + what + ", not null");
        }
    }

    static void partitions(int partitions, String operator) {
        if (partitions < 1) {
            throw new IllegalArgumentException(
                    operator + ": the number of partitions must be at least 1, not " + partitions);
        }
        if (partitions > MOST_PARTITIONS) {
            throw new IllegalArgumentException(
                    operator + ": the number of partitions must be at most " + MOST_PARTITIONS + ", not " + partitions);
        }
    }

    /** The number of a partition that there is. */
    static void partition(int partition, int partitions, String operator) {
        if (partition < 0 || partition >= partitions) {
            throw new IllegalArgumentException(
                    operator
                            + ": there is no partition "
                            + partition
                            + "; the dataset has "
                            + partitions
                            + ", counted from 0");
        }
    }

    static void sameContext(CapstanContext context, @Nullable Rdd<?> other, String operator) {
        given(other, operator, "a dataset");
        if (other.context() != context) {
            throw new IllegalArgumentException(
                    operator
                            + ": "
                            + other.describe()
                            + " belongs to another context; datasets of one context only can be combined");
        }
    }
}
