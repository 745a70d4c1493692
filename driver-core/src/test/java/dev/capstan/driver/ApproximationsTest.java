package dev.capstan.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.function.Pair;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class ApproximationsTest {
    private final ContextFixture fixture = ContextFixture.create();
    private final CapstanContext context = fixture.context();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void whatIsDoneInTimeIsExact() throws InterruptedException {
        Duration ample = Duration.ofMinutes(1);
        for (int partitions : new int[] {1, 2, 7, 100}) {
            Rdd<Long> numbers = context.range(0, 30, 1, partitions);
            PartialResult<Estimate> count = numbers.countApprox(ample);
            assertThat(count.initial()).isEqualTo(Estimate.exactly(30));
            assertThat(count.complete().get()).isEqualTo(Estimate.exactly(30));
            assertThat(numbers.mapToDouble(n -> n).sumApprox(ample).initial()).isEqualTo(Estimate.exactly(435));
            assertThat(numbers.mapToDouble(n -> n).meanApprox(ample).initial()).isEqualTo(Estimate.exactly(14.5));
            assertThat(numbers.map(n -> n % 2).countByValueApprox(ample).initial())
                    .isEqualTo(Map.of(0L, Estimate.exactly(15), 1L, Estimate.exactly(15)));
            assertThat(numbers.mapToPair(n -> Pair.of("all", n)).countByKeyApprox(ample).initial())
                    .isEqualTo(Map.of("all", Estimate.exactly(30)));
        }
    }

    @Test
    void aTimeoutOrConfidenceThatCannotBeMeantIsRefused() {
        assertThatThrownBy(() -> context.range(3).countApprox(Duration.ofSeconds(-1)))
                .hasMessage("countApprox: the timeout must not be negative: PT-1S");
        assertThatThrownBy(() -> context.range(3).countApprox(Duration.ZERO, 1))
                .hasMessage("countApprox: the confidence must lie between 0 and 1, both excluded: 1.0");
    }

    /** Of what the live tests show for a job that is cut off, the figures: any of the partitions are there. */
    @Test
    void howOftenAValueComesLiesWithinTheBoundsAsOftenAsPromised() {
        Map<String, Double> chances = Map.of("often", 0.6, "sometimes", 0.3, "seldom", 0.1);
        for (double confidence : new double[] {0.8, 0.95}) {
            Map<String, Integer> hits = new HashMap<>();
            int runs = 400;
            for (int run = 0; run < runs; run++) {
                Random random = new Random(run);
                List<Map<String, Long>> partitions = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    partitions.add(counts(random, 20 + random.nextInt(60), chances));
                }
                List<Map<String, Long>> there = partitions.subList(0, 4 + random.nextInt(30));
                Map<String, Estimate> found = Approximations.estimates(there, 40, confidence);
                for (String value : chances.keySet()) {
                    long truth = partitions.stream().mapToLong(part -> part.getOrDefault(value, 0L)).sum();
                    Estimate estimate = found.get(value);
                    assertThat(estimate.complete()).isFalse();
                    hits.merge(value, estimate.low() <= truth && truth <= estimate.high() ? 1 : 0, Integer::sum);
                }
            }
            hits.forEach(
                    (value, count) -> assertThat(count / (double) runs).as(value).isBetween(confidence - 0.04, 1.0));
        }
    }

    private static Map<String, Long> counts(Random random, int elements, Map<String, Double> chances) {
        Map<String, Long> counts = new HashMap<>();
        for (int i = 0; i < elements; i++) {
            double place = random.nextDouble();
            String value = place < chances.get("often") ? "often" : place < 0.9 ? "sometimes" : "seldom";
            counts.merge(value, 1L, Long::sum);
        }
        return counts;
    }

    @Test
    void differentValuesAreCountedWithinTheErrorAskedForWhateverTheyAre() {
        double squares = 0;
        int runs = 40;
        for (int run = 0; run < runs; run++) {
            String salt = "run " + run + " value ";
            Rdd<String> values = context.range(0, 6_000, 1, 3).map(n -> salt + n % 2_000);
            double off = values.countApproxDistinct(0.05) / 2_000.0 - 1;
            squares += off * off;
            Map<Long, Long> byKey =
                    values.zipWithUniqueId()
                            .mapToPair(pair -> Pair.of(pair.value() % 2, pair.key()))
                            .countApproxDistinctByKey(0.05)
                            .collectAsMap();
            byKey.values().forEach(count -> assertThat(count / 2_000.0).isBetween(0.4, 1.25));
        }
        assertThat(Math.sqrt(squares / runs)).isLessThan(1.3 * 0.05);
    }
}
