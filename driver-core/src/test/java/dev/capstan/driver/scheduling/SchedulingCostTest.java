package dev.capstan.driver.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SchedulingCostTest {
    /** Generous by a factor of ten: this is to find what grows with the cluster or the set, not to measure. */
    private static final double MOST_NANOS_PER_TASK = 10_000;

    @Test
    void theCostOfATaskDoesNotGrowWithTasksAndExecutors() {
        var one = new SchedulingCost(1, 2, 100, 10_000);
        one.run(20_000);
        assertThat(one.run(50_000)).isLessThan(MOST_NANOS_PER_TASK);
        var thousand = new SchedulingCost(1_000, 2, 100, 1_000_000_000);
        thousand.run(20_000);
        assertThat(thousand.run(50_000)).isLessThan(MOST_NANOS_PER_TASK);
    }

    /** Prints the table of costs; run by hand. */
    static final class Table {
        private Table() {}

        /** One line: nanoseconds per task for sets of growing size. */
        static String measure(int executors, long runNanos) {
            var text = new StringBuilder();
            text.append(runNanos / 1000).append(" µs tasks, ").append(executors).append(" executors:");
            var cost = new SchedulingCost(executors, 2, 100, runNanos);
            for (int i = 0; i < 10; i++) {
                cost.run(20_000);
            }
            for (int tasks : new int[] {1_000, 10_000, 100_000, 1_000_000}) {
                double best = Double.MAX_VALUE;
                for (int i = 0; i < (tasks > 100_000 ? 1 : 3); i++) {
                    best = Math.min(best, cost.run(tasks));
                }
                text.append("  ").append(tasks).append(" → ").append(Math.round(best)).append(" ns");
            }
            return text.toString();
        }
    }
}
