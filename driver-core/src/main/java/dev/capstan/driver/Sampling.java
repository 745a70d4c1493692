package dev.capstan.driver;

import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.PartitionsMapped;
import dev.capstan.engine.operator.Actions;
import dev.capstan.engine.operator.SamplingFunctions;
import dev.capstan.engine.operator.SamplingFunctions.Quota;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Datasets and lists that hold some of the elements, chosen by chance. */
final class Sampling {
    private Sampling() {}

    /** For who does not give one; it is drawn once and stays with the dataset, so that tasks may run again. */
    static long anySeed() {
        return ThreadLocalRandom.current().nextLong();
    }

    static <T> Lineage<T> sampled(Rdd<T> dataset, boolean withReplacement, double fraction, long seed) {
        checkFraction("sample", fraction, withReplacement);
        return mapped(
                "sample",
                dataset,
                withReplacement
                        ? new SamplingFunctions.Poisson<>(fraction, seed)
                        : new SamplingFunctions.Between<>(0, fraction, seed));
    }

    private static <T> Lineage<T> mapped(
            String operator, Rdd<T> dataset, Fn2<Integer, Iterator<T>, Iterator<T>> function) {
        return new PartitionsMapped<>(
                dataset.origin(operator), dataset.lineage(), function, dataset.partitioner().orElse(null));
    }

    private static void checkFraction(String operator, double fraction, boolean withReplacement) {
        double most = withReplacement ? Double.MAX_VALUE : 1;
        if (!(fraction >= 0 && fraction <= most)) {
            throw new IllegalArgumentException(
                    operator
                            + ": a fraction must be at least 0"
                            + (withReplacement ? "" : " and at most 1 without replacement")
                            + ", not "
                            + fraction);
        }
    }

    /** Each element into one of the datasets, with a chance in proportion to its weight. */
    static <T> List<Lineage<T>> split(Rdd<T> dataset, double[] weights, long seed) {
        Checks.given(weights, "randomSplit", "weights");
        double sum = Arrays.stream(weights).sum();
        if (!(sum > 0 && sum < Double.POSITIVE_INFINITY) || Arrays.stream(weights).anyMatch(weight -> weight < 0)) {
            throw new IllegalArgumentException(
                    "randomSplit: weights must not be negative and must have a positive sum, not "
                            + Arrays.toString(weights));
        }
        List<Lineage<T>> parts = new ArrayList<>(weights.length);
        double passed = 0;
        for (int i = 0; i < weights.length; i++) {
            double low = passed / sum;
            passed += weights[i];
            double high = i == weights.length - 1 ? 1 : passed / sum;
            parts.add(mapped("randomSplit", dataset, new SamplingFunctions.Between<>(low, high, seed)));
        }
        return parts;
    }

    /**
     * So many elements, each with the same chance, in random order: counts, draws places, and fetches what is there.
     */
    static <T> List<T> taken(Rdd<T> dataset, boolean withReplacement, int wanted, long seed) {
        if (wanted < 0) {
            throw new IllegalArgumentException(
                    "takeSample cannot take " + wanted + " elements; the number must not be negative");
        }
        List<Long> counts =
                wanted == 0
                        ? List.of()
                        : dataset.context().jobs().run("takeSample (count)", dataset.lineage(), Actions.Count.INSTANCE);
        long total = counts.stream().mapToLong(Long::longValue).sum();
        if (total == 0) {
            return List.of();
        }
        SplittableRandom random = SamplingFunctions.random(seed);
        List<Long> drawn = withReplacement ? draw(random, total, wanted) : drawDifferent(random, total, wanted);
        Collections.sort(drawn);
        List<T> sample = fetch(dataset, perPartition(drawn, counts));
        Collections.shuffle(sample, random);
        return sample;
    }

    private static List<Long> draw(SplittableRandom random, long total, int wanted) {
        List<Long> drawn = new ArrayList<>(wanted);
        for (int i = 0; i < wanted; i++) {
            drawn.add(random.nextLong(total));
        }
        return drawn;
    }

    /** Floyd's way: as many draws as places are wanted. */
    private static List<Long> drawDifferent(SplittableRandom random, long total, int wanted) {
        Set<Long> drawn = new LinkedHashSet<>();
        for (long last = Math.max(0, total - wanted); last < total; last++) {
            if (!drawn.add(random.nextLong(last + 1))) {
                drawn.add(last);
            }
        }
        return new ArrayList<>(drawn);
    }

    /** Places in the whole, ascending, as places in each partition. */
    private static List<List<Long>> perPartition(List<Long> places, List<Long> counts) {
        List<List<Long>> perPartition = new ArrayList<>(counts.size());
        int next = 0;
        long first = 0;
        for (long count : counts) {
            List<Long> here = new ArrayList<>();
            for (; next < places.size() && places.get(next) < first + count; next++) {
                here.add(places.get(next) - first);
            }
            perPartition.add(List.copyOf(here));
            first += count;
        }
        return List.copyOf(perPartition);
    }

    private static <T> List<T> fetch(Rdd<T> dataset, List<List<Long>> places) {
        int[] concerned = IntStream.range(0, places.size()).filter(i -> !places.get(i).isEmpty()).toArray();
        return Rdd.flatten(
                dataset.context()
                        .jobs()
                        .run("takeSample", dataset.lineage(), concerned, new SamplingFunctions.At<T>(places)));
    }

    static <K, V> Lineage<Pair<K, V>> byKey(
            PairRdd<K, V> pairs, boolean withReplacement, Map<K, Double> fractions, long seed) {
        checkFractions("sampleByKey", fractions, withReplacement);
        var function = new SamplingFunctions.ByKey<K, V>(new HashMap<>(fractions), withReplacement, seed);
        return mapped("sampleByKey", pairs, pairs.context().function(function, "sampleByKey"));
    }

    /** Counts the keys of each partition, and shares out among these how many of each key to take. */
    static <K, V> Lineage<Pair<K, V>> byKeyExactly(
            PairRdd<K, V> pairs, boolean withReplacement, Map<K, Double> fractions, long seed) {
        checkFractions("sampleByKeyExact", fractions, withReplacement);
        List<Map<K, Long>> counts = pairs.keyCounts("sampleByKeyExact (count)");
        Map<K, Long> totals = new LinkedHashMap<>();
        counts.forEach(part -> part.forEach((key, count) -> totals.merge(key, count, Long::sum)));
        Map<K, Quota> open = new HashMap<>();
        totals.forEach((key, total) -> {
            double fraction = fractions.getOrDefault(key, 0.0);
            if (fraction > 0) {
                open.put(key, new Quota(total, (long) Math.ceil(fraction * total)));
            }
        });
        SplittableRandom random = SamplingFunctions.random(seed);
        List<Map<K, Quota>> quotas = new ArrayList<>(counts.size());
        for (Map<K, Long> part : counts) {
            Map<K, Quota> here = new HashMap<>();
            part.forEach((key, count) -> {
                Quota rest = open.get(key);
                if (rest != null) {
                    long taken = share(rest, count, withReplacement, random);
                    here.put(key, new Quota(count, taken));
                    open.put(key, new Quota(rest.there() - count, rest.wanted() - taken));
                }
            });
            quotas.add(here);
        }
        var function = new SamplingFunctions.Exactly<K, V>(quotas, withReplacement, seed);
        return mapped("sampleByKeyExact", pairs, pairs.context().function(function, "sampleByKeyExact"));
    }

    /** How many of what is wanted fall among the {@code here} next of those that are left, as by drawing one by one. */
    private static long share(Quota rest, long here, boolean withReplacement, SplittableRandom random) {
        long hits = 0;
        for (long drawn = 0; drawn < rest.wanted(); drawn++) {
            long left = withReplacement ? rest.there() : rest.there() - drawn;
            long hittable = withReplacement ? here : here - hits;
            if (random.nextLong(left) < hittable) {
                hits++;
            }
        }
        return hits;
    }

    private static <K> void checkFractions(String operator, Map<K, Double> fractions, boolean withReplacement) {
        Checks.given(fractions, operator, "fractions");
        fractions.values().forEach(fraction -> checkFraction(operator, fraction, withReplacement));
    }
}
