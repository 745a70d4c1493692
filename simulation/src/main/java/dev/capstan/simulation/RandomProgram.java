package dev.capstan.simulation;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.PairRdd;
import dev.capstan.driver.Rdd;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.engine.accumulator.LongAccumulator;
import dev.capstan.engine.broadcast.Broadcast;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.storage.StorageLevel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * A program of random operators on numbers, built twice at once: as datasets, and as plain lists that say what must
 * come out.
 */
final class RandomProgram {
    private static final int MOST_ELEMENTS = 300;

    /** A dataset and what it holds, in any order. */
    private record Twin(Rdd<Long> rdd, List<Long> plain) {}

    /** A job under way and what its result must be. */
    record RunningJob(String what, JobFuture<?> future, Predicate<Object> right, boolean mayFail, String lineage) {}

    private final CapstanContext context;
    private final SplittableRandom random;

    /** Draws apart, so that the programs of known seeds stay what they are. */
    private final SplittableRandom shares;

    /** There is no disk. */
    private static final List<StorageLevel> LEVELS =
            List.of(
                    StorageLevel.MEMORY_ONLY,
                    StorageLevel.MEMORY_ONLY_SER,
                    StorageLevel.MEMORY_ONLY_2,
                    StorageLevel.MEMORY_ONLY_SER_2);

    private final boolean keepsShuffles;
    private final int mostAtOnce;
    private final List<Twin> twins = new ArrayList<>();
    private boolean caches;

    /**
     * @param shares draws what tasks share with the driver
     * @param keepsShuffles whether no map output is forgotten that is in use; otherwise it is computed, and counts,
     *     anew
     * @param mostAtOnce how many tasks a barrier may hold together; 0 for no barriers
     */
    RandomProgram(
            CapstanContext context,
            SplittableRandom random,
            SplittableRandom shares,
            boolean keepsShuffles,
            int mostAtOnce) {
        this.context = context;
        this.random = random;
        this.shares = shares;
        this.keepsShuffles = keepsShuffles;
        this.mostAtOnce = mostAtOnce;
        twins.add(source());
    }

    /** Adds an operator or two and starts an action on one of the datasets. */
    RunningJob next() {
        int steps = 1 + random.nextInt(3);
        for (int i = 0; i < steps; i++) {
            Twin twin = step(pick());
            if (random.nextInt(5) == 0) {
                twin.rdd.persist(LEVELS.get(shares.nextInt(LEVELS.size())));
                caches = true;
            }
            twins.add(twin);
        }
        return random.nextInt(25) == 0 ? failing(pick()) : action(pick());
    }

    /** Whether some dataset is to be kept. */
    boolean caches() {
        return caches;
    }

    private Twin pick() {
        // the newest most of the time, so that lineages grow
        int index = random.nextInt(3) == 0 ? random.nextInt(twins.size()) : twins.size() - 1;
        return twins.get(index);
    }

    private int partitions() {
        return partitions(random);
    }

    private static int partitions(SplittableRandom from) {
        return 1 + from.nextInt(6);
    }

    private Twin source() {
        int count = random.nextInt(60);
        if (random.nextBoolean()) {
            return new Twin(context.range(0, count, 1, partitions()), LongStream.range(0, count).boxed().toList());
        }
        List<Long> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            elements.add(random.nextLong(50));
        }
        return new Twin(context.parallelize(elements, partitions()), elements);
    }

    private Twin step(Twin from) {
        Rdd<Long> rdd = from.rdd;
        List<Long> plain = from.plain;
        if (plain.size() > MOST_ELEMENTS) {
            return reduced(from);
        }
        if (mostAtOnce > 0 && shares.nextInt(5) == 0) {
            return together(from);
        }
        return switch (random.nextInt(10)) {
            case 0 -> new Twin(rdd.map(x -> x * 3 + 1), plain.stream().map(x -> x * 3 + 1).toList());
            case 1 -> new Twin(rdd.filter(x -> x % 3 != 0), plain.stream().filter(x -> x % 3 != 0).toList());
            case 2 ->
                    new Twin(
                            rdd.flatMap(x -> List.of(x, x + 7)),
                            plain.stream().flatMap(x -> List.of(x, x + 7).stream()).toList());
            case 3 -> union(from, random.nextBoolean() ? source() : pick());
            case 4 -> new Twin(rdd.coalesce(partitions()), plain);
            case 5 -> new Twin(rdd.repartition(partitions()), plain);
            case 6 -> new Twin(rdd.distinct(), plain.stream().distinct().toList());
            case 7 -> joined(from, random.nextBoolean() ? source() : pick());
            case 8 -> grouped(from);
            default -> reduced(from);
        };
    }

    /** Between two shuffles, so that whatever comes before and after does not get into the stage of the barrier. */
    private Twin together(Twin from) {
        Rdd<Long> doubled =
                from.rdd.repartition(1 + shares.nextInt(mostAtOnce)).barrier().mapPartitions(RandomProgram::doubled);
        List<Long> plain = from.plain.stream().map(x -> x * 2).toList();
        return new Twin(doubled.repartition(partitions(shares)), plain);
    }

    private static Iterator<Long> doubled(Iterator<Long> numbers) {
        List<Long> all = new ArrayList<>();
        numbers.forEachRemaining(x -> all.add(x * 2));
        return all.iterator();
    }

    private Twin union(Twin a, Twin b) {
        List<Long> both = new ArrayList<>(a.plain);
        both.addAll(b.plain);
        return new Twin(a.rdd.union(b.rdd), both);
    }

    private Twin reduced(Twin from) {
        int keys = 1 + random.nextInt(20);
        PairRdd<Long, Long> sums =
                from.rdd.mapToPair(x -> Pair.of(Math.floorMod(x, (long) keys), x)).reduceByKey(Long::sum, partitions());
        Map<Long, Long> plain = new TreeMap<>();
        from.plain.forEach(x -> plain.merge(Math.floorMod(x, (long) keys), x, Long::sum));
        return new Twin(sums.map(RandomProgram::fold), folded(plain));
    }

    private Twin grouped(Twin from) {
        int keys = 1 + random.nextInt(20);
        PairRdd<Long, Long> sizes =
                from.rdd
                        .mapToPair(x -> Pair.of(Math.floorMod(x, (long) keys), x))
                        .groupByKey(partitions())
                        .mapValues(RandomProgram::size);
        Map<Long, Long> plain = new TreeMap<>();
        from.plain.forEach(x -> plain.merge(Math.floorMod(x, (long) keys), 1L, Long::sum));
        return new Twin(sizes.map(RandomProgram::fold), folded(plain));
    }

    private Twin joined(Twin a, Twin b) {
        Twin left = reduced(a);
        Twin right = reduced(b);
        PairRdd<Long, Long> both =
                left.rdd
                        .mapToPair(x -> Pair.of(Math.floorMod(x, 5L), x))
                        .reduceByKey(Long::sum, partitions())
                        .join(
                                right.rdd
                                        .mapToPair(x -> Pair.of(Math.floorMod(x, 5L), x))
                                        .reduceByKey(Long::sum, partitions()),
                                partitions())
                        .mapValues(pair -> pair.key() * 13 + pair.value());
        Map<Long, Long> plainLeft = new TreeMap<>();
        left.plain.forEach(x -> plainLeft.merge(Math.floorMod(x, 5L), x, Long::sum));
        Map<Long, Long> plainRight = new TreeMap<>();
        right.plain.forEach(x -> plainRight.merge(Math.floorMod(x, 5L), x, Long::sum));
        Map<Long, Long> plain = new TreeMap<>();
        plainLeft.forEach((key, value) -> {
            Long other = plainRight.get(key);
            if (other != null) {
                plain.put(key, value * 13 + other);
            }
        });
        return new Twin(both.map(RandomProgram::fold), folded(plain));
    }

    private static long size(Iterable<Long> values) {
        long count = 0;
        for (Long ignored : values) {
            count += ignored == null ? 0 : 1;
        }
        return count;
    }

    private static long fold(Pair<Long, Long> pair) {
        return pair.key() * 31 + pair.value();
    }

    private static List<Long> folded(Map<Long, Long> map) {
        return map.entrySet().stream().map(e -> e.getKey() * 31 + e.getValue()).toList();
    }

    private RunningJob action(Twin twin) {
        List<Long> plain = twin.plain;
        return switch (random.nextInt(4)) {
            case 0 ->
                    switch (shares.nextInt(4)) {
                        case 0 -> addingInResults(twin);
                        case 1 -> keepsShuffles ? addingInMapTasks(twin) : addingInResults(twin);
                        default ->
                                new RunningJob(
                                        "count of " + plain.size(),
                                        twin.rdd.countAsync(),
                                        result -> result.equals((long) plain.size()),
                                        false,
                                        twin.rdd.toDebugString());
                    };
            case 1 -> {
                int wanted = random.nextInt(12);
                yield new RunningJob(
                        "take " + wanted + " of " + sorted(plain),
                        twin.rdd.takeAsync(wanted),
                        result ->
                                result instanceof List<?> taken
                                        && taken.size() == Math.min(wanted, plain.size())
                                        && contains(plain, taken),
                        false,
                        twin.rdd.toDebugString());
            }
            default ->
                    new RunningJob(
                            "collect of " + sorted(plain),
                            twin.rdd.collectAsync(),
                            result -> result instanceof List<?> all && sorted(all).equals(sorted(plain)),
                            false,
                            twin.rdd.toDebugString());
        };
    }

    /** Each element is added once, whatever happens to the tasks that compute the results. */
    private RunningJob addingInResults(Twin twin) {
        LongAccumulator seen = context.longAccumulator("seen");
        Broadcast<Long> one = context.broadcast(1L);
        Rdd<Long> adding =
                twin.rdd.map(x -> {
                    seen.add(one.value());
                    return x;
                });
        return counting(twin, adding, adding.countAsync(), twin.plain.size(), seen);
    }

    /** Each element is added once, whatever happens to the map outputs. */
    private RunningJob addingInMapTasks(Twin twin) {
        LongAccumulator seen = context.longAccumulator("seen");
        PairRdd<Long, Long> adding =
                twin.rdd
                        .mapToPair(x -> {
                            seen.add(1);
                            return Pair.of(x, 1L);
                        })
                        .reduceByKey(Long::sum, partitions(shares));
        return counting(twin, adding, adding.countAsync(), (int) twin.plain.stream().distinct().count(), seen);
    }

    private RunningJob counting(Twin twin, Rdd<?> adding, JobFuture<Long> count, int elements, LongAccumulator seen) {
        return new RunningJob(
                "count of " + elements + " that adds " + twin.plain.size() + " times",
                count,
                result -> result.equals((long) elements) && seen.value() == twin.plain.size(),
                false,
                adding.toDebugString());
    }

    /** A program that throws for one of its elements, if it has any. */
    private RunningJob failing(Twin twin) {
        List<Long> plain = twin.plain;
        if (plain.isEmpty()) {
            return action(twin);
        }
        long bad = plain.get(random.nextInt(plain.size()));
        Rdd<Long> throwing =
                twin.rdd.map(x -> {
                    if (x == bad) {
                        throw new IllegalStateException("element " + x + " is bad");
                    }
                    return x;
                });
        return new RunningJob("failing count", throwing.countAsync(), _ -> false, true, throwing.toDebugString());
    }

    private static boolean contains(List<Long> all, List<?> some) {
        List<Object> rest = new ArrayList<>(all);
        return some.stream().allMatch(rest::remove);
    }

    private static List<Long> sorted(List<?> numbers) {
        List<Long> copy = new ArrayList<>();
        numbers.forEach(number -> copy.add((Long) number));
        Collections.sort(copy);
        return copy;
    }
}
