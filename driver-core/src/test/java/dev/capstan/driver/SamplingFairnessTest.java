package dev.capstan.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.capstan.engine.function.Pair;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * Samples of many seeds, one after another as a program would count them, are as independent as draws of a lottery: how
 * often each element was taken, how many were, and how often neighbours were taken together.
 */
class SamplingFairnessTest {
    private static final int ELEMENTS = 90;
    private static final int SEEDS = 400;

    private final ContextFixture fixture = ContextFixture.create();
    private final CapstanContext context = fixture.context();
    private final Rdd<Long> numbers = context.range(0, ELEMENTS, 1, 7);

    @AfterEach
    void close() {
        fixture.close();
    }

    /** What was taken by how many seeds: times[seed][element]. */
    private static int[][] drawn(LongFunction<List<Long>> sample) {
        int[][] times = new int[SEEDS][ELEMENTS];
        for (int seed = 0; seed < SEEDS; seed++) {
            for (long element : sample.apply(seed)) {
                times[seed][(int) element]++;
            }
        }
        return times;
    }

    private static int[] perElement(int[][] times) {
        int[] counts = new int[ELEMENTS];
        for (int[] ofSeed : times) {
            Arrays.setAll(counts, element -> counts[element] + ofSeed[element]);
        }
        return counts;
    }

    private static int[] perSeed(int[][] times) {
        return Arrays.stream(times).mapToInt(ofSeed -> Arrays.stream(ofSeed).sum()).toArray();
    }

    /** Chi squared, whose mean is the number of counts and whose variance is twice that. */
    private static void assertSpread(String what, int[] counts, double mean, double variance) {
        double squares = Arrays.stream(counts).mapToDouble(count -> (count - mean) * (count - mean) / variance).sum();
        assertThat(squares).as(what).isCloseTo(counts.length, within(5 * Math.sqrt(2.0 * counts.length)));
    }

    /** By the variance of a sum of products of neighbours of independent draws. */
    private static void assertNeighboursAreIndependent(int[][] times, double chance) {
        double together = 0;
        for (int[] ofSeed : times) {
            for (int i = 1; i < ELEMENTS; i++) {
                together += ofSeed[i - 1] * ofSeed[i];
            }
        }
        double pairs = (double) SEEDS * (ELEMENTS - 1);
        double both = chance * chance;
        double variance = pairs * (both * (1 - both) + 2 * (both * chance - both * both));
        assertThat(together).as("neighbours").isCloseTo(pairs * both, within(5 * Math.sqrt(variance)));
    }

    @Test
    void aSampleDrawsEachElementOnItsOwn() {
        double chance = 0.3;
        int[][] times = drawn(seed -> numbers.sample(false, chance, seed).collect());
        double variance = chance * (1 - chance);
        assertSpread("elements", perElement(times), SEEDS * chance, SEEDS * variance);
        assertSpread("sizes", perSeed(times), ELEMENTS * chance, ELEMENTS * variance);
        assertNeighboursAreIndependent(times, chance);
    }

    @Test
    void aSampleWithReplacementDrawsEachElementOnItsOwn() {
        double mean = 1.5;
        int[][] times = drawn(seed -> numbers.sample(true, mean, seed).collect());
        assertSpread("elements", perElement(times), SEEDS * mean, SEEDS * mean);
        assertSpread("sizes", perSeed(times), ELEMENTS * mean, ELEMENTS * mean);
        int[] ones = Arrays.stream(times).flatMapToInt(Arrays::stream).filter(n -> n == 1).toArray();
        double chance = mean * Math.exp(-mean);
        double draws = (double) SEEDS * ELEMENTS;
        assertThat((double) ones.length)
                .as("drawn once")
                .isCloseTo(draws * chance, within(5 * Math.sqrt(draws * chance * (1 - chance))));
    }

    @Test
    void aSplitDrawsEachElementOnItsOwn() {
        for (int part = 0; part < 2; part++) {
            int taken = part;
            double chance = part == 0 ? 0.25 : 0.75;
            int[][] times = drawn(seed -> numbers.randomSplit(new double[] {1, 3}, seed).get(taken).collect());
            double variance = chance * (1 - chance);
            assertSpread("elements", perElement(times), SEEDS * chance, SEEDS * variance);
            assertSpread("sizes", perSeed(times), ELEMENTS * chance, ELEMENTS * variance);
            assertNeighboursAreIndependent(times, chance);
        }
    }

    @Test
    void aTakenSampleIsAnyChoiceInAnyOrder() {
        double chance = 20.0 / ELEMENTS;
        int[][] times = drawn(seed -> numbers.takeSample(false, 20, seed));
        assertSpread("elements", perElement(times), SEEDS * chance, SEEDS * chance * (1 - chance));
        double first = 1.0 / ELEMENTS;
        for (int place : new int[] {0, 19}) {
            int[][] there = drawn(seed -> numbers.takeSample(false, 20, seed).subList(place, place + 1));
            assertSpread("at place " + place, perElement(there), SEEDS * first, SEEDS * first * (1 - first));
        }
        int[][] single = drawn(seed -> numbers.takeSample(false, 1, seed));
        assertSpread("one", perElement(single), SEEDS * first, SEEDS * first * (1 - first));
        Rdd<Long> powerOfTwo = context.range(0, 64, 1, 7);
        int[] one = Arrays.copyOf(perElement(drawn(seed -> powerOfTwo.takeSample(false, 1, seed))), 64);
        assertSpread("one of a power of two", one, SEEDS / 64.0, SEEDS / 64.0 * 63 / 64);
        int[][] again = drawn(seed -> numbers.takeSample(true, 20, seed));
        double mean = 20.0 / ELEMENTS;
        assertSpread("with replacement", perElement(again), SEEDS * mean, SEEDS * mean * (1 - first));
    }

    @Test
    void aSampleByKeyDrawsEachPairOnItsOwn() {
        PairRdd<String, Long> pairs = numbers.mapToPair(n -> Pair.of(n % 3 == 0 ? "third" : "other", n));
        Map<String, Double> fractions = Map.of("third", 0.4, "other", 0.4);
        int[][] times = drawn(seed -> pairs.sampleByKey(false, fractions, seed).values().collect());
        assertSpread("elements", perElement(times), SEEDS * 0.4, SEEDS * 0.24);
        assertSpread("sizes", perSeed(times), ELEMENTS * 0.4, ELEMENTS * 0.24);
        int[][] again = drawn(seed -> pairs.sampleByKey(true, fractions, seed).values().collect());
        assertSpread("with replacement", perElement(again), SEEDS * 0.4, SEEDS * 0.4);
        assertSpread("sizes with replacement", perSeed(again), ELEMENTS * 0.4, ELEMENTS * 0.4);
    }

    @Test
    void anExactSampleByKeyIsAnyChoiceOfEachKey() {
        PairRdd<String, Long> pairs = numbers.mapToPair(n -> Pair.of(n % 3 == 0 ? "third" : "other", n));
        Map<String, Double> fractions = Map.of("third", 0.4, "other", 0.4);
        int[][] times = drawn(seed -> pairs.sampleByKeyExact(false, fractions, seed).values().collect());
        assertThat(perSeed(times)).containsOnly(36);
        assertSpread("elements", perElement(times), SEEDS * 0.4, SEEDS * 0.24);
        int[][] again = drawn(seed -> pairs.sampleByKeyExact(true, fractions, seed).values().collect());
        assertThat(perSeed(again)).containsOnly(36);
        assertSpread("with replacement", perElement(again), SEEDS * 0.4, SEEDS * 0.4);
    }
}
