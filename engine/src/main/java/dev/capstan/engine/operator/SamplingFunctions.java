package dev.capstan.engine.operator;

import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.task.PartitionFn;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Which elements of a partition a sample takes. All chance comes from the seed and the number of the partition, so that
 * a task that is run again takes the same elements.
 */
public final class SamplingFunctions {
    /** Above this the numbers of Poisson are added up from parts, since e to the minus mean would be zero. */
    private static final double POISSON_PART = 500;

    private SamplingFunctions() {}

    /** For what the driver draws; mixed, since seeds that follow each other must not give numbers that do. */
    public static SplittableRandom random(long seed) {
        return random(seed, -1);
    }

    static SplittableRandom random(long seed, int partition) {
        return new SplittableRandom(ValueHash.mix(seed) ^ ValueHash.mix(partition));
    }

    /** Those whose chance falls from {@code low} until before {@code high}; disjoint ranges take disjoint samples. */
    public record Between<T>(double low, double high, long seed)
            implements Fn2<Integer, Iterator<T>, Iterator<T>>, Shareable {
        @Override
        public Iterator<T> apply(Integer partition, Iterator<T> elements) {
            SplittableRandom random = random(seed, partition);
            return new Repeating<>(
                    elements,
                    _ -> {
                        double chance = random.nextDouble();
                        return chance >= low && chance < high ? 1 : 0;
                    });
        }
    }

    /** Each as many times as Poisson's distribution gives. */
    public record Poisson<T>(double mean, long seed) implements Fn2<Integer, Iterator<T>, Iterator<T>>, Shareable {
        @Override
        public Iterator<T> apply(Integer partition, Iterator<T> elements) {
            SplittableRandom random = random(seed, partition);
            return new Repeating<>(elements, _ -> poisson(mean, random));
        }
    }

    static long poisson(double mean, SplittableRandom random) {
        long times = 0;
        for (double rest = mean; rest > 0; rest -= POISSON_PART) {
            double limit = Math.exp(-Math.min(rest, POISSON_PART));
            for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
                times++;
            }
        }
        return times;
    }

    /** Each pair with the chance, or as often as the mean, of its key; keys without one are left out. */
    public record ByKey<K, V>(Map<K, Double> fractions, boolean withReplacement, long seed)
            implements Fn2<Integer, Iterator<Pair<K, V>>, Iterator<Pair<K, V>>>, Shareable {
        @Override
        public Iterator<Pair<K, V>> apply(Integer partition, Iterator<Pair<K, V>> pairs) {
            SplittableRandom random = random(seed, partition);
            return new Repeating<>(
                    pairs,
                    pair -> {
                        double fraction = fractions.getOrDefault(pair.key(), 0.0);
                        return withReplacement ? poisson(fraction, random) : random.nextDouble() < fraction ? 1 : 0;
                    });
        }
    }

    /** How many of a key there are in a partition, and how many of them to take. */
    public record Quota(long there, long wanted) implements Shareable {}

    /** Exactly so many of each key, each of them with the same chance. */
    public record Exactly<K, V>(List<Map<K, Quota>> quotas, boolean withReplacement, long seed)
            implements Fn2<Integer, Iterator<Pair<K, V>>, Iterator<Pair<K, V>>>, Shareable {
        @Override
        public Iterator<Pair<K, V>> apply(Integer partition, Iterator<Pair<K, V>> pairs) {
            SplittableRandom random = random(seed, partition);
            Map<K, Quota> open = new HashMap<>(quotas.get(partition));
            return new Repeating<>(
                    pairs,
                    pair -> {
                        Quota quota = open.get(pair.key());
                        if (quota == null || quota.there() == 0) {
                            return 0;
                        }
                        long taken = taken(quota, random);
                        open.put(pair.key(), new Quota(quota.there() - 1, quota.wanted() - taken));
                        return taken;
                    });
        }

        /** Of those that are still wanted, how many fall on the next of those that are still to come. */
        private long taken(Quota quota, SplittableRandom random) {
            if (!withReplacement) {
                return random.nextLong(quota.there()) < quota.wanted() ? 1 : 0;
            }
            if (quota.there() == 1) {
                return quota.wanted();
            }
            long taken = -1;
            double miss = Math.log1p(-1.0 / quota.there());
            for (double draw = 0; draw <= quota.wanted(); taken++) { // from hit to hit, since most draws miss
                draw += 1 + Math.floor(Math.log(1 - random.nextDouble()) / miss);
            }
            return taken;
        }
    }

    /** The elements at these places, told for each partition in ascending order; some perhaps more than once. */
    public record At<T>(List<List<Long>> places) implements PartitionFn<T, List<T>>, Shareable {
        @Override
        public List<T> apply(Iterator<T> elements, TaskContext task) {
            List<T> found = new ArrayList<>();
            long place = -1;
            T element = null;
            for (long wanted : places.get(task.partition())) {
                while (place < wanted) {
                    element = elements.next();
                    place++;
                }
                found.add(element);
            }
            return found;
        }
    }
}
