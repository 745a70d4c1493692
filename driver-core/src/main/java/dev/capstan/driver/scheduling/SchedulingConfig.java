package dev.capstan.driver.scheduling;

import java.time.Duration;
import java.util.Objects;

/**
 * How tasks are placed, retried and watched. Keys that set it:
 *
 * <ul>
 *   <li>{@code capstan.scheduler.mode} (fifo): order of task sets, {@code fifo} or {@code fair}
 *   <li>{@code capstan.scheduler.pools}: file with the pools of the fair order, see {@link PoolFile}
 *   <li>{@code capstan.scheduler.starvationAfter} (15 s): when nothing ran for so long, say why
 *   <li>{@code capstan.scheduler.unplaceableAfter} (2 min): a barrier set that no cluster of the present size can hold
 *       fails after this
 *   <li>{@code capstan.scheduler.registrationTimeout} (2 min): a lease whose executor has not registered by then is
 *       given back, and an executor that names no known lease is refused
 *   <li>{@code capstan.scheduler.demandInterval} (100 ms): changes of demand are told to the backend this often
 *   <li>{@code capstan.task.maxFailures} (4): failures of one task that fail its stage
 *   <li>{@code capstan.locality.wait} (3 s): the most that a task set waits for executors near its data
 *   <li>{@code capstan.executor.heartbeatInterval} (2 s), {@code capstan.executor.heartbeatTimeout} (60 s)
 *   <li>{@code capstan.scheduler.queueAhead.shorterThan} (5 ms), {@code .work} (2 ms), {@code .max} (64): see {@link
 *       QueueAhead}
 *   <li>{@code capstan.exclusion.enabled} (true), {@code .task.executor} (1), {@code .stage.executor} (2), {@code
 *       .stage.host} (2), {@code .application.executor} (2), {@code .application.host} (2), {@code .expiry} (1 h): see
 *       {@link Exclusion}
 *   <li>{@code capstan.speculation.enabled} (false), {@code .interval} (100 ms), {@code .quantile} (0.9), {@code
 *       .multiplier} (3), {@code .minRunTime} (100 ms): see {@link Speculation}
 * </ul>
 *
 * @param mode order of task sets
 * @param pools of the fair order; those not named here have weight 1 and no minimum share
 * @param maxTaskFailures failures of one task that fail its stage
 * @param localityWait the most that a task set waits for executors near its data
 * @param heartbeatInterval asked of executors
 * @param heartbeatTimeout silence after which an executor is taken as gone
 * @param registrationTimeout how long a lease may be without its executor, and an executor without its lease
 * @param starvationAfter when nothing ran for so long, say why
 * @param unplaceableAfter how long what no executor can hold waits for the cluster to grow
 * @param demandInterval the least time between two changes of demand that are not urgent
 */
public record SchedulingConfig(
        OrderMode mode,
        PoolSettings pools,
        int maxTaskFailures,
        Duration localityWait,
        Duration heartbeatInterval,
        Duration heartbeatTimeout,
        Duration registrationTimeout,
        Duration starvationAfter,
        Duration unplaceableAfter,
        Duration demandInterval,
        QueueAhead queueAhead,
        Exclusion exclusion,
        Speculation speculation) {
    /** More would be no limit, and failures are counted in a byte. */
    private static final int MOST_TASK_FAILURES = 100;

    public SchedulingConfig {
        Objects.requireNonNull(mode, "mode");
        if (maxTaskFailures < 1 || maxTaskFailures > MOST_TASK_FAILURES) {
            throw new IllegalArgumentException(
                    "capstan.task.maxFailures is " + maxTaskFailures + " but must be from 1 to " + MOST_TASK_FAILURES);
        }
        if (localityWait.isNegative()) {
            throw new IllegalArgumentException(
                    "capstan.locality.wait is " + localityWait + " but must not be negative");
        }
        requirePositive("capstan.executor.heartbeatInterval", heartbeatInterval);
        requirePositive("capstan.scheduler.registrationTimeout", registrationTimeout);
        requirePositive("capstan.scheduler.starvationAfter", starvationAfter);
        requirePositive("capstan.scheduler.unplaceableAfter", unplaceableAfter);
        requirePositive("capstan.scheduler.demandInterval", demandInterval);
        if (heartbeatTimeout.compareTo(heartbeatInterval.multipliedBy(3)) < 0) {
            throw new IllegalArgumentException(
                    "capstan.executor.heartbeatTimeout is "
                            + heartbeatTimeout
                            + " but must be at least three times"
                            + " capstan.executor.heartbeatInterval, which is "
                            + heartbeatInterval);
        }
    }

    public static SchedulingConfig defaults() {
        return new SchedulingConfig(
                OrderMode.FIFO,
                PoolSettings.NONE,
                4,
                Duration.ofSeconds(3),
                Duration.ofSeconds(2),
                Duration.ofSeconds(60),
                Duration.ofMinutes(2),
                Duration.ofSeconds(15),
                Duration.ofMinutes(2),
                Duration.ofMillis(100),
                QueueAhead.defaults(),
                Exclusion.defaults(),
                Speculation.defaults());
    }

    /** Order of task sets. */
    public enum OrderMode {
        /** Earlier jobs first, of one job earlier stages first. */
        FIFO,
        /** Pools share by weight. */
        FAIR
    }

    /**
     * Very short tasks are sent to a slot before the one that runs there has ended.
     *
     * @param shorterThan only tasks that run shorter than this on average are queued
     * @param work how much work is queued per slot
     * @param max tasks per slot; 0 switches queueing off
     */
    public record QueueAhead(Duration shorterThan, Duration work, int max) {
        public QueueAhead {
            requirePositive("capstan.scheduler.queueAhead.shorterThan", shorterThan);
            requirePositive("capstan.scheduler.queueAhead.work", work);
            if (max < 0 || max > 64) {
                throw new IllegalArgumentException(
                        "capstan.scheduler.queueAhead.max is " + max + " but must be from 0 to 64");
            }
        }

        public static QueueAhead defaults() {
            return new QueueAhead(Duration.ofMillis(5), Duration.ofMillis(2), 64);
        }

        public static QueueAhead off() {
            return new QueueAhead(Duration.ofMillis(5), Duration.ofMillis(2), 0);
        }
    }

    /**
     * Executors and hosts at which tasks fail are left out for a while. On by default: a failed task had better run
     * elsewhere, and a bad disk fails tasks faster than good hosts finish them. It can never stop an application: when
     * it would leave no executor at all, the oldest exclusion is lifted.
     *
     * @param enabled whether any of this is done
     * @param failuresOfTaskOnExecutor that keep this task from this executor
     * @param failedTasksOfStageOnExecutor different tasks whose failures keep this stage from this executor
     * @param excludedExecutorsOfStageOnHost that keep this stage from their host
     * @param failedTasksOnExecutor different tasks, of stages that succeeded in the end, that keep the application from
     *     this executor; those of stages that failed say more about the program than about the executor
     * @param excludedExecutorsOnHost that keep the application from their host
     * @param expiry after which a failure is forgotten by the application
     */
    public record Exclusion(
            boolean enabled,
            int failuresOfTaskOnExecutor,
            int failedTasksOfStageOnExecutor,
            int excludedExecutorsOfStageOnHost,
            int failedTasksOnExecutor,
            int excludedExecutorsOnHost,
            Duration expiry) {
        public Exclusion {
            requireCount("capstan.exclusion.task.executor", failuresOfTaskOnExecutor);
            requireCount("capstan.exclusion.stage.executor", failedTasksOfStageOnExecutor);
            requireCount("capstan.exclusion.stage.host", excludedExecutorsOfStageOnHost);
            requireCount("capstan.exclusion.application.executor", failedTasksOnExecutor);
            requireCount("capstan.exclusion.application.host", excludedExecutorsOnHost);
            requirePositive("capstan.exclusion.expiry", expiry);
        }

        public static Exclusion defaults() {
            return new Exclusion(true, 1, 2, 2, 2, 2, Duration.ofHours(1));
        }

        public static Exclusion off() {
            return new Exclusion(false, 1, 2, 2, 2, 2, Duration.ofHours(1));
        }

        private static void requireCount(String key, int count) {
            if (count < 1) {
                throw new IllegalArgumentException(key + " is " + count + " but must be at least 1");
            }
        }
    }

    /**
     * A task that runs much longer than its peers is run a second time elsewhere; whichever ends first counts.
     *
     * @param enabled off by default, because user code with side effects may not bear two attempts at once
     * @param interval how often it is looked at
     * @param quantile share of a set's tasks that must have ended before
     * @param multiplier of the median run time that makes a task slow
     * @param minRunTime below which no task is slow
     */
    public record Speculation(
            boolean enabled, Duration interval, double quantile, double multiplier, Duration minRunTime) {
        public Speculation {
            requirePositive("capstan.speculation.interval", interval);
            requirePositive("capstan.speculation.minRunTime", minRunTime);
            if (!(quantile > 0 && quantile <= 1)) {
                throw new IllegalArgumentException(
                        "capstan.speculation.quantile is " + quantile + " but must be above 0 and at most 1");
            }
            if (!(multiplier >= 1)) {
                throw new IllegalArgumentException(
                        "capstan.speculation.multiplier is " + multiplier + " but must be at least 1");
            }
        }

        public static Speculation defaults() {
            return new Speculation(false, Duration.ofMillis(100), 0.9, 3, Duration.ofMillis(100));
        }
    }

    private static void requirePositive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(key + " is " + value + " but must be positive");
        }
    }
}
