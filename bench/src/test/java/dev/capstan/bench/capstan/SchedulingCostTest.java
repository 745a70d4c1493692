package dev.capstan.bench.capstan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("live")
class SchedulingCostTest {
    /** Generous by a factor of ten: this is to find what grows with the cluster or the set, not to measure. */
    private static final double MOST_NANOS_PER_TASK = 2_000;

    private static final int MOST_TRIES = 100;

    @Test
    void theCostOfATaskDoesNotGrowWithTheClusterWhetherTasksAreLongOrSentAhead() {
        assertThat(best(new SchedulingCost(1, 2, 10_000))).isLessThan(MOST_NANOS_PER_TASK);
        assertThat(best(new SchedulingCost(1_000, 2, 10_000))).isLessThan(MOST_NANOS_PER_TASK);
        assertThat(best(new SchedulingCost(1_000, 2, 1_000_000_000))).isLessThan(MOST_NANOS_PER_TASK);
    }

    /** Tries again where other work of the machine gets in between; a cost that grows is too high each time. */
    private static double best(SchedulingCost cost) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < MOST_TRIES && best >= MOST_NANOS_PER_TASK; i++) {
            best = Math.min(best, cost.nanosPerTask(20_000));
        }
        return best;
    }
}
