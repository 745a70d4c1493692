package dev.capstan.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.capstan.engine.function.Pair;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

class SamplingTest {
    private static final int[] PARTITION_COUNTS = {1, 2, 7, 100};

    private final ContextFixture fixture = ContextFixture.create();
    private final CapstanContext context = fixture.context();

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Five standard deviations of a binomial count. */
    private static double bound(long trials, double chance) {
        return 5 * Math.sqrt(trials * chance * (1 - chance)) + 1e-9;
    }

    @Test
    void aSampleTakesEachElementWithTheSameChance() {
        for (int partitions : PARTITION_COUNTS) {
            Rdd<Long> numbers = context.range(0, 20_000, 1, partitions);
            for (double fraction : new double[] {0, 0.01, 0.3, 1}) {
                List<Long> sample = numbers.sample(false, fraction, 5).collect();
                assertThat(sample).isSorted().doesNotHaveDuplicates();
                assertThat((double) sample.size()).isCloseTo(20_000 * fraction, within(bound(20_000, fraction)));
                assertThat((double) sample.stream().filter(n -> n < 10_000).count())
                        .isCloseTo(10_000 * fraction, within(bound(10_000, fraction)));
            }
        }
    }

    @Test
    void aSampleWithReplacementIsPoissons() {
        Rdd<Long> numbers = context.range(0, 20_000, 1, 7);
        for (double mean : new double[] {0.1, 1, 3, 600}) {
            Map<Long, Long> times =
                    numbers.sample(false, mean > 100 ? 0.01 : 1, 1).sample(true, mean, 5).countByValue();
            long elements = mean > 100 ? numbers.sample(false, 0.01, 1).count() : 20_000;
            long drawn = times.values().stream().mapToLong(Long::longValue).sum();
            assertThat((double) drawn).isCloseTo(elements * mean, within(5 * Math.sqrt(elements * mean)));
            double none = Math.exp(-mean);
            assertThat((double) (elements - times.size())).isCloseTo(elements * none, within(bound(elements, none)));
        }
    }

    @Test
    void theSameSeedGivesTheSameSampleAndAnotherSeedAnother() {
        PairRdd<Long, Long> pairs = context.range(0, 1_000, 1, 7).mapToPair(n -> Pair.of(n % 3, n));
        Map<Long, Double> fractions = Map.of(0L, 0.5, 1L, 0.1);
        List<Rdd<Pair<Long, Long>>> datasets =
                List.of(
                        pairs.sample(false, 0.5, 9),
                        pairs.sample(true, 0.5, 9),
                        pairs.sampleByKey(false, fractions, 9),
                        pairs.sampleByKey(true, fractions, 9),
                        pairs.sampleByKeyExact(false, fractions, 9),
                        pairs.sampleByKeyExact(true, fractions, 9));
        datasets.forEach(dataset -> assertThat(dataset.collect()).isNotEmpty().isEqualTo(dataset.collect()));
        assertThat(pairs.sample(false, 0.5, 9).collect()).isEqualTo(datasets.getFirst().collect());
        assertThat(pairs.sample(false, 0.5, 10).collect()).isNotEqualTo(datasets.getFirst().collect());
        assertThat(pairs.takeSample(true, 20, 9)).isEqualTo(pairs.takeSample(true, 20, 9));
    }

    @Test
    void aSplitPutsEachElementIntoExactlyOneDataset() {
        for (int partitions : PARTITION_COUNTS) {
            Rdd<Long> numbers = context.range(0, 10_000, 1, partitions);
            List<Long> all = new ArrayList<>();
            double[] weights = {3, 1, 0, 6};
            var parts = numbers.randomSplit(weights, 3);
            for (int i = 0; i < weights.length; i++) {
                List<Long> part = parts.get(i).collect();
                double share = weights[i] / 10;
                assertThat((double) part.size()).isCloseTo(10_000 * share, within(bound(10_000, share)));
                all.addAll(part);
            }
            assertThat(all).containsExactlyInAnyOrderElementsOf(numbers.collect());
        }
        assertThatThrownBy(() -> context.range(3).randomSplit(1, -1))
                .hasMessage("randomSplit: weights must not be negative and must have a positive sum, not [1.0, -1.0]");
    }

    @Test
    void aTakenSampleHasTheNumberAskedForAndIsFair() {
        for (int partitions : PARTITION_COUNTS) {
            Rdd<Long> numbers = context.range(0, 1_000, 1, partitions);
            assertThat(numbers.takeSample(false, 100, 1)).hasSize(100).doesNotHaveDuplicates();
            assertThat(numbers.takeSample(false, 5_000, 1)).hasSize(1_000).doesNotHaveDuplicates();
            assertThat(numbers.takeSample(true, 5_000, 1)).hasSize(5_000);
            assertThat(numbers.takeSample(true, 0, 1)).isEmpty();
            double low = 0;
            for (long seed = 0; seed < 40; seed++) {
                low += numbers.takeSample(false, 50, seed).stream().filter(n -> n < 300).count();
            }
            assertThat(low).isCloseTo(600, within(bound(2_000, 0.3)));
        }
        assertThat(context.<Long>emptyRdd().takeSample(true, 10)).isEmpty();
    }

    @Test
    void aSampleByKeyTakesTheShareOfEachKey() {
        for (int partitions : PARTITION_COUNTS) {
            var pairs = context.range(0, 9_000, 1, partitions).mapToPair(n -> Pair.of("key" + n % 3, n));
            Map<String, Double> fractions = Map.of("key0", 0.5, "key1", 0.1);
            for (boolean replace : new boolean[] {false, true}) {
                Map<String, Long> counts = pairs.sampleByKey(replace, fractions, 4).countByKey();
                assertThat((double) counts.get("key0")).isCloseTo(1_500, within(5 * Math.sqrt(1_500)));
                assertThat((double) counts.get("key1")).isCloseTo(300, within(5 * Math.sqrt(300)));
                assertThat(counts).doesNotContainKey("key2");
                var exact = pairs.sampleByKeyExact(replace, fractions, 4);
                assertThat(exact.countByKey()).isEqualTo(Map.of("key0", 1_500L, "key1", 300L));
                assertThat((double) exact.values().filter(n -> n < 3_000).count())
                        .isCloseTo(600, within(5 * Math.sqrt(600)));
                List<Long> values = exact.values().collect();
                assertThat(new HashSet<>(values).size() < values.size()).isEqualTo(replace);
            }
        }
    }

    @Test
    void aFractionThatCannotBeMeantIsRefused() {
        assertThatThrownBy(() -> context.range(3).sample(false, 1.5))
                .hasMessage("sample: a fraction must be at least 0 and at most 1 without replacement, not 1.5");
        assertThatThrownBy(() -> context.range(3).sample(true, -1))
                .hasMessage("sample: a fraction must be at least 0, not -1.0");
        assertThatThrownBy(() -> context.range(3).takeSample(true, -1)).hasMessageContaining("cannot take -1");
    }
}
