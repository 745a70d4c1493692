package dev.capstan.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.capstan.engine.operator.ApproximateFunctions.Part;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

class PartialSumsTest {
    @Test
    void studentsDistributionIsThatOfTheTables() {
        assertThat(StudentT.quantile(0.95, 1)).isCloseTo(12.7062, within(1e-4));
        assertThat(StudentT.quantile(0.95, 10)).isCloseTo(2.22814, within(1e-5));
        assertThat(StudentT.quantile(0.99, 5)).isCloseTo(4.03214, within(1e-5));
        assertThat(StudentT.quantile(0.5, 3)).isCloseTo(0.76489, within(1e-5));
        assertThat(StudentT.quantile(0.95, 100_000)).isCloseTo(1.95999, within(1e-4));
    }

    /** Partitions of different sizes, of numbers that differ from partition to partition. */
    private static List<Part> partitions(Random random, int count, boolean onlyCounts) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int size = 20 + random.nextInt(60);
            double shift = random.nextGaussian();
            double sum = 0;
            double squares = 0;
            for (int j = 0; j < size; j++) {
                double number = onlyCounts ? 1 : 3 + shift + random.nextGaussian();
                sum += number;
                squares += number * number;
            }
            parts.add(new Part(size, sum, squares));
        }
        return parts;
    }

    private static double coverage(boolean onlyCounts, Function<PartialSums, Estimate> estimate) {
        int hits = 0;
        for (int run = 0; run < 400; run++) {
            Random random = new Random(run);
            List<Part> all = partitions(random, 40, onlyCounts);
            double truth = estimate.apply(new PartialSums(all, 40, 0.9)).mean();
            Collections.shuffle(all, random);
            Estimate found = estimate.apply(new PartialSums(all.subList(0, 3 + random.nextInt(30)), 40, 0.9));
            assertThat(found.complete()).isFalse();
            hits += found.low() <= truth && truth <= found.high() ? 1 : 0;
        }
        return hits / 400.0;
    }

    @Test
    void theTruthLiesWithinTheBoundsAsOftenAsPromised() {
        assertThat(coverage(true, PartialSums::count)).isBetween(0.86, 1.0);
        assertThat(coverage(false, PartialSums::sum)).isBetween(0.86, 0.98);
        assertThat(coverage(false, PartialSums::mean)).isBetween(0.86, 0.98);
    }

    @Test
    void littleKnowledgeHasWideBoundsAndAllKnowledgeNone() {
        Part part = new Part(10, 10, 10);
        assertThat(new PartialSums(List.of(), 5, 0.9).count())
                .isEqualTo(new Estimate(0, 0, Double.POSITIVE_INFINITY, 0.9, false));
        assertThat(new PartialSums(List.of(part), 5, 0.9).count())
                .isEqualTo(new Estimate(50, 10, Double.POSITIVE_INFINITY, 0.9, false));
        assertThat(new PartialSums(List.of(part, part), 2, 0.9).count()).isEqualTo(Estimate.exactly(20));
        Estimate alike = new PartialSums(List.of(part, part), 5, 0.9).count();
        assertThat(alike.high() - alike.low()).as("two that are alike prove little").isGreaterThan(10);
        assertThat(new PartialSums(List.of(), 0, 0.9).sum()).isEqualTo(Estimate.exactly(0));
        assertThat(new PartialSums(List.of(), 5, 0.9).mean().mean()).isNaN();
    }
}
