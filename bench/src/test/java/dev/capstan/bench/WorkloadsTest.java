package dev.capstan.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;

@Tag("live")
class WorkloadsTest {
    @Test
    void everyWorkloadHasANameOfItsOwnAndSaysWhatItMeasures() {
        List<Workload> all = Workloads.all();
        assertThat(all).extracting(Workload::name).doesNotHaveDuplicates();
        assertThat(all).allSatisfy(workload -> assertThat(workload.about()).hasSizeGreaterThan(20));
    }

    /** Generous by a factor of ten: this is to find what grows with the cluster or the set, not to measure. */
    private static final double MOST_NANOS_PER_TASK = 2_000;

    @Test
    void theCostOfATaskDoesNotGrowWithTheClusterWhetherTasksAreLongOrSentAhead() {
        assertThat(best(new SchedulingCost(1, 2, 10_000))).isLessThan(MOST_NANOS_PER_TASK);
        assertThat(best(new SchedulingCost(1_000, 2, 10_000))).isLessThan(MOST_NANOS_PER_TASK);
        assertThat(best(new SchedulingCost(1_000, 2, 1_000_000_000))).isLessThan(MOST_NANOS_PER_TASK);
    }

    private static double best(SchedulingCost cost) {
        double best = Double.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            best = Math.min(best, cost.nanosPerTask(20_000));
        }
        return best;
    }

    @Test
    void figuresAreSummedUpByTheirMedian() {
        var workload = new Workload("w", "about", "ms", _ -> new double[] {3, 1, 2});
        Result result = Result.of(workload, new double[] {3, 1, 2});
        assertThat(result).isEqualTo(new Result("w", "ms", 2, 1, 3, 3));
        assertThat(result.line()).contains("2.0 ms", "1.0 … 3.0", "3 repeats");
    }
}
