package dev.capstan.bench.capstan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/** What grows with the cluster or the set; not how long things take, which is for the bench. */
@Tag("live")
class SchedulingCostTest {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int RUNS = 15;

    /**
     * What grows does so ten- or a hundredfold here; what no longer fits into the caches of the processor costs twice
     * as much at most.
     */
    private static final double MOST_TIMES = 4;

    private static final int TASKS = 20_000;
    private static final int TASKS_TO_WARM_UP = 400_000;
    private static final long SENT_AHEAD = 10_000;
    private static final long LONG = 1_000_000_000;

    @Test
    void theCostOfATaskDoesNotGrowWithTheClusterWhetherTasksAreLongOrSentAhead() {
        for (long taskNanos : new long[] {SENT_AHEAD, LONG}) {
            double small = nanosPerTask(new SchedulingCost(10, 2, taskNanos), TASKS);
            double large = nanosPerTask(new SchedulingCost(1_000, 2, taskNanos), TASKS);
            assertThat(large / small).as("for 100 times as many executors").isLessThan(MOST_TIMES);
        }
    }

    @Test
    void theCostOfATaskDoesNotGrowWithItsSetWhetherTasksAreLongOrSentAhead() {
        for (long taskNanos : new long[] {SENT_AHEAD, LONG}) {
            double small = nanosPerTask(new SchedulingCost(100, 2, taskNanos), TASKS);
            double large = nanosPerTask(new SchedulingCost(100, 2, taskNanos), TASKS * 10);
            assertThat(large / small).as("for 10 times as many tasks").isLessThan(MOST_TIMES);
        }
    }

    /** Processor time of this thread, so that other work on the machine does not count, the median of some runs. */
    private static double nanosPerTask(SchedulingCost cost, int tasks) {
        for (int done = 0; done < TASKS_TO_WARM_UP; done += tasks) {
            double unused = cost.nanosPerTask(tasks);
        }
        double[] nanos = new double[RUNS];
        for (int run = 0; run < RUNS; run++) {
            long before = THREADS.getCurrentThreadCpuTime();
            double unused = cost.nanosPerTask(tasks);
            nanos[run] = (double) (THREADS.getCurrentThreadCpuTime() - before) / tasks;
        }
        Arrays.sort(nanos);
        return nanos[RUNS / 2];
    }
}
