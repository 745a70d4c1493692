package dev.capstan.driver.dag;

import java.time.Duration;

/**
 * Settings of the DAG scheduler.
 *
 * @param maxFruitlessAttempts how many attempts of a stage in a row may end with a fetch failure without having
 *     finished a partition ({@code capstan.stage.maxFruitlessAttempts})
 * @param maxAttempts how many attempts a stage may have at all ({@code capstan.stage.maxAttempts})
 * @param resubmitDelay how long to gather news of lost outputs before a stage is submitted again ({@code
 *     capstan.stage.resubmitDelay})
 * @param maxResultBytes how much all results of a job may take ({@code capstan.driver.maxResultSize})
 * @param progressInterval how often progress is told
 */
public record DagConfig(
        int maxFruitlessAttempts,
        int maxAttempts,
        Duration resubmitDelay,
        long maxResultBytes,
        Duration progressInterval) {
    public DagConfig {
        if (maxFruitlessAttempts < 1 || maxAttempts < 1) {
            throw new IllegalArgumentException(
                    "a stage needs at least one attempt: capstan.stage.maxFruitlessAttempts="
                            + maxFruitlessAttempts
                            + ", capstan.stage.maxAttempts="
                            + maxAttempts);
        }
    }

    public static DagConfig defaults() {
        return new DagConfig(4, 100, Duration.ofMillis(200), 1L << 30, Duration.ofMillis(100));
    }
}
