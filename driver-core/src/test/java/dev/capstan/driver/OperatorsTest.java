package dev.capstan.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.lineage.HashPartitioner;
import dev.capstan.engine.lineage.LineageWalk;
import dev.capstan.engine.lineage.ShuffleDependency;
import dev.capstan.engine.pipeline.FastPath;
import dev.capstan.engine.pipeline.Pipelines;
import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.kernel.serialization.JavaSerializer;
import dev.capstan.kernel.serialization.Serializer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Every operator against a plain computation in memory. */
class OperatorsTest {
    private static final int[] PARTITION_COUNTS = {1, 2, 7, 100};

    /** How the data plane is set up; the results must not depend on it. */
    record Setup(String name, Serializer serializer, boolean share, long inlineResultBytes, Pipelines pipelines) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Setup> setups() {
        return Stream.of(
                new Setup("compact", new CompactSerializer(), true, 1 << 20, Pipelines.without()),
                new Setup("asking", new CompactSerializer(), true, 1 << 20, Pipelines.without(FastPath.FUSED)),
                new Setup(
                        "not specialized",
                        new CompactSerializer(),
                        true,
                        1 << 20,
                        Pipelines.without(FastPath.SPECIALIZED)),
                new Setup(
                        "no tables of numbers, nothing merged",
                        new CompactSerializer(),
                        true,
                        1 << 20,
                        Pipelines.without(FastPath.MERGED, FastPath.COMPACT)),
                new Setup("asking, nothing shared", new CompactSerializer(), false, 1 << 20, Pipelines.of(Set.of())),
                new Setup("java, stored results", new JavaSerializer(), true, 0, Pipelines.without()));
    }

    /** Data of all shapes: empty, one, skewed, with nulls and duplicates. */
    private static Map<String, List<Pair<String, Integer>>> data() {
        Random random = new Random(7);
        Map<String, List<Pair<String, Integer>>> data = new HashMap<>();
        data.put("empty", List.of());
        data.put("one", List.of(Pair.of("a", 1)));
        data.put(
                "nulls",
                Arrays.asList(
                        Pair.of(null, 1), Pair.of("a", null), Pair.of(null, null), Pair.of("a", 2), Pair.of(null, 3)));
        data.put(
                "random",
                IntStream.range(0, 500)
                        .mapToObj(_ -> Pair.of("key" + random.nextInt(40), random.nextInt(100) - 50))
                        .toList());
        data.put(
                "skewed",
                IntStream.range(0, 500).mapToObj(i -> Pair.of(i % 10 == 0 ? "rare" + i : "often", i)).toList());
        data.put("duplicates", Collections.nCopies(50, Pair.of("same", 9)));
        return data;
    }

    static void overAllData(Setup setup, BiConsumer<List<Pair<String, Integer>>, PairRdd<String, Integer>> test) {
        data().forEach((name, pairs) -> {
            for (int partitions : PARTITION_COUNTS) {
                try (ContextFixture fixture =
                        ContextFixture.create(
                                setup.serializer(), setup.share(), setup.inlineResultBytes(), setup.pipelines())) {
                    test.accept(pairs, fixture.context().parallelizePairs(pairs, partitions));
                } catch (AssertionError | RuntimeException e) {
                    throw new AssertionError(name + " in " + partitions + " partitions: " + e.getMessage(), e);
                }
            }
        });
    }

    static int number(Integer value) {
        return value == null ? 0 : value;
    }

    @ParameterizedTest
    @MethodSource("setups")
    void elementsGoThroughFunctions(Setup setup) {
        overAllData(
                setup,
                (plain, pairs) -> {
                    assertThat(pairs.collect()).isEqualTo(plain);
                    assertThat(pairs.count()).isEqualTo(plain.size());
                    assertThat(pairs.map(Pair::key).collect()).isEqualTo(plain.stream().map(Pair::key).toList());
                    assertThat(pairs.filter(pair -> pair.value() != null && pair.value() % 2 == 0).collect())
                            .isEqualTo(
                                    plain.stream()
                                            .filter(pair -> pair.value() != null && pair.value() % 2 == 0)
                                            .toList());
                    assertThat(pairs.flatMap(pair -> Arrays.asList(pair.key(), pair.key())).collect())
                            .isEqualTo(plain.stream().flatMap(pair -> Stream.of(pair.key(), pair.key())).toList());
                    assertThat(pairs.keys().collect()).isEqualTo(plain.stream().map(Pair::key).toList());
                    assertThat(pairs.values().collect()).isEqualTo(plain.stream().map(Pair::value).toList());
                    assertThat(pairs.mapValues(value -> number(value) + 1).collect())
                            .isEqualTo(
                                    plain.stream().map(pair -> Pair.of(pair.key(), number(pair.value()) + 1)).toList());
                    assertThat(
                                    pairs.flatMapValues(value ->
                                                    value == null ? List.<Integer>of() : List.of(value, -value))
                                            .collect())
                            .isEqualTo(
                                    plain.stream()
                                            .filter(pair -> pair.value() != null)
                                            .flatMap(pair -> Stream.of(pair, Pair.of(pair.key(), -pair.value())))
                                            .toList());
                    assertThat(pairs.keyBy(pair -> pair.value()).keys().collect())
                            .isEqualTo(plain.stream().map(Pair::value).toList());
                    assertThat(pairs.keys().mapToPair(key -> Pair.of(key, 1)).collect())
                            .isEqualTo(plain.stream().map(pair -> Pair.of(pair.key(), 1)).toList());
                    assertThat(pairs.keys().flatMapToPair(key -> List.of(Pair.of(key, 1))).count())
                            .isEqualTo(plain.size());
                });
    }

    @ParameterizedTest
    @MethodSource("setups")
    void partitionsGoThroughFunctions(Setup setup) {
        overAllData(
                setup,
                (plain, pairs) -> {
                    assertThat(Rdd.flatten(pairs.glom().collect())).isEqualTo(plain);
                    assertThat(pairs.glom().count()).isEqualTo(pairs.partitionCount());
                    assertThat(pairs.mapPartitions(elements -> List.of(size(elements)).iterator()).reduce(Integer::sum))
                            .isEqualTo(plain.size());
                    assertThat(pairs.mapPartitionsWithIndex((index, _) -> List.of(index).iterator()).collect())
                            .isEqualTo(IntStream.range(0, pairs.partitionCount()).boxed().toList());
                    assertThat(pairs.runOnPartitions((_, task) -> task.partition()))
                            .isEqualTo(IntStream.range(0, pairs.partitionCount()).boxed().toList());
                });
    }

    private static int size(Iterator<?> elements) {
        int size = 0;
        while (elements.hasNext()) {
            elements.next();
            size++;
        }
        return size;
    }

    @ParameterizedTest
    @MethodSource("setups")
    void datasetsAreCutInOtherWays(Setup setup) {
        overAllData(
                setup,
                (plain, pairs) -> {
                    for (int partitions : PARTITION_COUNTS) {
                        assertThat(pairs.coalesce(partitions).collect()).isEqualTo(plain);
                        assertThat(pairs.coalesce(partitions).partitionCount())
                                .isEqualTo(Math.min(partitions, pairs.partitionCount()));
                        Rdd<Pair<String, Integer>> dealt = pairs.repartition(partitions);
                        assertThat(dealt.partitionCount()).isEqualTo(partitions);
                        assertThat(dealt.collect()).containsExactlyInAnyOrderElementsOf(plain);
                        PairRdd<String, Integer> placed = pairs.partitionBy(new HashPartitioner(partitions));
                        assertThat(placed.collect()).containsExactlyInAnyOrderElementsOf(plain);
                        List<List<Pair<String, Integer>>> parts = placed.glom().collect();
                        for (int i = 0; i < parts.size(); i++) {
                            for (Pair<String, Integer> pair : parts.get(i)) {
                                assertThat(new HashPartitioner(partitions).partitionOf(pair.key())).isEqualTo(i);
                            }
                        }
                    }
                    assertThat(pairs.union(pairs).collect())
                            .isEqualTo(Stream.concat(plain.stream(), plain.stream()).toList());
                    assertThat(pairs.context().union(List.of(pairs, pairs.context().emptyRdd(), pairs)).count())
                            .isEqualTo(2L * plain.size());
                    assertThat(pairs.zip(pairs.values()).collect())
                            .isEqualTo(plain.stream().map(pair -> Pair.of(pair, pair.value())).toList());
                    assertThat(pairs.distinct().collect())
                            .containsExactlyInAnyOrderElementsOf(new LinkedHashSet<>(plain));
                    assertThat(pairs.keys().distinct(3).collect())
                            .containsExactlyInAnyOrderElementsOf(
                                    plain.stream().map(Pair::key).collect(Collectors.toSet()));
                });
    }

    private static Map<String, List<Integer>> grouped(List<Pair<String, Integer>> plain) {
        Map<String, List<Integer>> groups = new HashMap<>();
        plain.forEach(pair -> groups.computeIfAbsent(pair.key(), _ -> new ArrayList<>()).add(pair.value()));
        return groups;
    }

    @ParameterizedTest
    @MethodSource("setups")
    void valuesOfAKeyComeTogether(Setup setup) {
        overAllData(
                setup,
                (plain, pairs) -> {
                    Map<String, List<Integer>> groups = grouped(plain);
                    Map<String, Integer> sums = new HashMap<>();
                    groups.forEach(
                            (key, values) -> sums.put(key, values.stream().mapToInt(OperatorsTest::number).sum()));
                    PairRdd<String, Integer> numbers = pairs.mapValues(OperatorsTest::number);
                    for (int partitions : PARTITION_COUNTS) {
                        assertThat(numbers.reduceByKey(Integer::sum, partitions).collectAsMap()).isEqualTo(sums);
                        assertThat(numbers.foldByKey(0, Integer::sum, partitions).collectAsMap()).isEqualTo(sums);
                        assertThat(pairs.groupByKey(partitions).mapValues(OperatorsTest::sorted).collectAsMap())
                                .isEqualTo(sortedGroups(groups));
                    }
                    assertThat(
                                    numbers.combineByKey(value -> (long) value, (sum, value) -> sum + value, Long::sum)
                                            .mapValues(Long::intValue)
                                            .collectAsMap())
                            .isEqualTo(sums);
                    assertThat(
                                    pairs.aggregateByKey(
                                                    new ArrayList<Integer>(),
                                                    (list, value) -> {
                                                        list.add(value);
                                                        return list;
                                                    },
                                                    (list, more) -> {
                                                        list.addAll(more);
                                                        return list;
                                                    })
                                            .mapValues(OperatorsTest::sorted)
                                            .collectAsMap())
                            .isEqualTo(sortedGroups(groups));
                    Map<String, Long> counts = new HashMap<>();
                    plain.forEach(pair -> counts.merge(pair.key(), 1L, Long::sum));
                    assertThat(pairs.countByKey()).isEqualTo(counts);
                    Map<String, Integer> last = new HashMap<>();
                    plain.forEach(pair -> last.put(pair.key(), pair.value()));
                    assertThat(pairs.collectAsMap()).isEqualTo(last);
                });
    }

    private static List<Integer> sorted(List<Integer> values) {
        List<Integer> sorted = new ArrayList<>(values);
        sorted.sort(Comparator.nullsFirst(Comparator.naturalOrder()));
        return sorted;
    }

    private static Map<String, List<Integer>> sortedGroups(Map<String, List<Integer>> groups) {
        Map<String, List<Integer>> sorted = new HashMap<>();
        groups.forEach((key, values) -> sorted.put(key, sorted(values)));
        return sorted;
    }

    @ParameterizedTest
    @MethodSource("setups")
    void datasetsAreJoined(Setup setup) {
        List<Pair<String, String>> others =
                new ArrayList<>(
                        List.of(
                                Pair.of("a", "x"),
                                Pair.of("a", "y"),
                                Pair.of("key3", "z"),
                                Pair.of("often", "w"),
                                Pair.of("b", "q")));
        others.add(Pair.of(null, "n"));
        overAllData(
                setup,
                (plain, pairs) -> {
                    for (int partitions : PARTITION_COUNTS) {
                        PairRdd<String, String> right = pairs.context().parallelizePairs(others, 3);
                        List<Object> inner = new ArrayList<>();
                        List<Object> left = new ArrayList<>();
                        List<Object> outer = new ArrayList<>();
                        for (Pair<String, Integer> pair : plain) {
                            List<String> matches =
                                    others.stream()
                                            .filter(other -> Objects.equals(other.key(), pair.key()))
                                            .map(Pair::value)
                                            .toList();
                            for (String match : matches) {
                                inner.add(Pair.of(pair.key(), Pair.of(pair.value(), match)));
                                left.add(Pair.of(pair.key(), Pair.of(pair.value(), Optional.of(match))));
                                outer.add(
                                        Pair.of(
                                                pair.key(),
                                                Pair.of(Optional.ofNullable(pair.value()), Optional.of(match))));
                            }
                            if (matches.isEmpty()) {
                                left.add(Pair.of(pair.key(), Pair.of(pair.value(), Optional.empty())));
                                outer.add(
                                        Pair.of(
                                                pair.key(),
                                                Pair.of(Optional.ofNullable(pair.value()), Optional.empty())));
                            }
                        }
                        for (Pair<String, String> other : others) {
                            if (plain.stream().noneMatch(pair -> Objects.equals(pair.key(), other.key()))) {
                                outer.add(Pair.of(other.key(), Pair.of(Optional.empty(), Optional.of(other.value()))));
                            }
                        }
                        assertThat(objects(pairs.join(right, partitions))).containsExactlyInAnyOrderElementsOf(inner);
                        assertThat(objects(pairs.leftOuterJoin(right, partitions)))
                                .containsExactlyInAnyOrderElementsOf(left);
                        assertThat(objects(pairs.fullOuterJoin(right, partitions)))
                                .containsExactlyInAnyOrderElementsOf(outer);
                        assertThat(right.rightOuterJoin(pairs, partitions).count()).isEqualTo(left.size());
                        assertThat(
                                        pairs.cogroup(right, partitions)
                                                .mapValues(both -> both.key().size() * 10_000 + both.value().size())
                                                .collectAsMap())
                                .isEqualTo(groupSizes(plain, others));
                    }
                });
    }

    private static Map<String, Integer> groupSizes(List<Pair<String, Integer>> left, List<Pair<String, String>> right) {
        Map<String, Integer> sizes = new HashMap<>();
        left.forEach(pair -> sizes.merge(pair.key(), 10_000, Integer::sum));
        right.forEach(pair -> sizes.merge(pair.key(), 1, Integer::sum));
        return sizes;
    }

    private static List<Object> objects(Rdd<?> dataset) {
        return new ArrayList<>(dataset.collect());
    }

    @ParameterizedTest
    @MethodSource("setups")
    void datasetsAreSorted(Setup setup) {
        Comparator<Pair<String, Integer>> byKey =
                Comparator.comparing(Pair::key, Comparator.nullsFirst(Comparator.naturalOrder()));
        overAllData(
                setup,
                (plain, pairs) -> {
                    for (int partitions : PARTITION_COUNTS) {
                        List<String> keys = plain.stream().sorted(byKey).map(Pair::key).toList();
                        assertThat(pairs.sortByKey(true, partitions).keys().collect()).isEqualTo(keys);
                        assertThat(pairs.sortByKey(false, partitions).keys().collect()).isEqualTo(keys.reversed());
                        assertThat(pairs.sortByKey(true, partitions).collect())
                                .containsExactlyInAnyOrderElementsOf(plain);
                        assertThat(
                                        pairs.sortBy(pair -> -number(pair.value()), true, partitions)
                                                .map(pair -> number(pair.value()))
                                                .collect())
                                .isEqualTo(
                                        plain.stream()
                                                .map(pair -> number(pair.value()))
                                                .sorted(Comparator.reverseOrder())
                                                .toList());
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("setups")
    void actionsReduceToOneValue(Setup setup) {
        overAllData(
                setup,
                (plain, pairs) -> {
                    Rdd<Integer> numbers = pairs.map(pair -> number(pair.value()));
                    int sum = plain.stream().mapToInt(pair -> number(pair.value())).sum();
                    assertThat(numbers.fold(0, Integer::sum)).isEqualTo(sum);
                    assertThat(numbers.aggregate(0L, (total, value) -> total + value, Long::sum)).isEqualTo(sum);
                    assertThat(pairs.isEmpty()).isEqualTo(plain.isEmpty());
                    for (int most : new int[] {0, 1, 3, 40, 1000}) {
                        assertThat(pairs.take(most)).isEqualTo(plain.stream().limit(most).toList());
                    }
                    if (plain.isEmpty()) {
                        assertThatThrownBy(() -> numbers.reduce(Integer::sum))
                                .isInstanceOf(NoSuchElementException.class)
                                .hasMessageContaining("use fold with a zero");
                        assertThatThrownBy(numbers::first).isInstanceOf(NoSuchElementException.class);
                    } else {
                        assertThat(numbers.reduce(Integer::sum)).isEqualTo(sum);
                        assertThat(pairs.first()).isEqualTo(plain.getFirst());
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("setups")
    void cachedDatasetsGiveTheSame(Setup setup) {
        overAllData(
                setup,
                (plain, pairs) -> {
                    PairRdd<String, Integer> cached = pairs.mapValues(OperatorsTest::number).cache();
                    List<Pair<String, Integer>> expected =
                            plain.stream().map(pair -> Pair.of(pair.key(), number(pair.value()))).toList();
                    assertThat(cached.collect()).isEqualTo(expected);
                    assertThat(cached.reduceByKey(Integer::sum).count()).isEqualTo(grouped(plain).size());
                    assertThat(cached.collect()).isEqualTo(expected);
                    assertThat(cached.unpersist().collect()).isEqualTo(expected);
                });
    }

    @Test
    void rangesHaveAllTheirNumbers() {
        try (ContextFixture fixture = ContextFixture.create()) {
            CapstanContext context = fixture.context();
            for (int partitions : PARTITION_COUNTS) {
                for (long[] bounds :
                        new long[][] {{0, 0, 1}, {0, 10, 1}, {5, -5, -3}, {-7, 20, 4}, {3, 2, 1}, {0, 97, 10}}) {
                    List<Long> expected =
                            LongStream.iterate(
                                            bounds[0],
                                            number -> bounds[2] > 0 ? number < bounds[1] : number > bounds[1],
                                            number -> number + bounds[2])
                                    .boxed()
                                    .toList();
                    assertThat(context.range(bounds[0], bounds[1], bounds[2], partitions).collect())
                            .isEqualTo(expected);
                }
                assertThat(context.range(Long.MAX_VALUE - 2, Long.MAX_VALUE, 1, partitions).collect())
                        .containsExactly(Long.MAX_VALUE - 2, Long.MAX_VALUE - 1);
                assertThat(context.range(Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, partitions).count())
                        .isEqualTo(3);
            }
        }
    }

    @Test
    void joinsOfDatasetsThatLieAlikeNeedNoShuffle() {
        try (ContextFixture fixture = ContextFixture.create()) {
            PairRdd<Integer, Integer> left =
                    fixture.context()
                            .parallelizePairs(List.of(Pair.of(1, 2), Pair.of(3, 4)), 2)
                            .partitionBy(new HashPartitioner(4));
            PairRdd<Integer, Integer> right = left.mapValues(value -> value * 10);
            PairRdd<Integer, Pair<Integer, Integer>> joined = left.join(right, 4);
            assertThat(
                            LineageWalk.everything(joined.lineage()).stream()
                                    .flatMap(node -> node.dependencies().stream())
                                    .filter(ShuffleDependency.class::isInstance))
                    .hasSize(1);
            assertThat(joined.collectAsMap()).containsOnly(entry(1, Pair.of(2, 20)), entry(3, Pair.of(4, 40)));
            assertThat(joined.partitioner()).contains(new HashPartitioner(4));
        }
    }

    @Test
    void takeComputesFewPartitions() {
        try (ContextFixture fixture = ContextFixture.create()) {
            Rdd<Long> numbers = fixture.context().range(0, 100_000, 1, 1000);
            assertThat(numbers.take(5)).containsExactly(0L, 1L, 2L, 3L, 4L);
            assertThat(fixture.runner().launched()).isEqualTo(1);
            assertThat(numbers.take(250)).hasSize(250);
            assertThat(fixture.runner().launched()).isLessThanOrEqualTo(1 + 1 + 3);
        }
    }

    @Test
    void theLineageIsShownAsText() {
        try (ContextFixture fixture = ContextFixture.create()) {
            PairRdd<Long, Long> counts =
                    fixture.context()
                            .range(10)
                            .name("numbers")
                            .mapToPair(number -> Pair.of(number % 3, 1L))
                            .cache()
                            .reduceByKey(Long::sum);
            assertThat(counts.toDebugString().lines().map(line -> line.replaceAll(" at .*", "")))
                    .containsExactly(
                            "(2) reduceByKey [id 2, by HashPartitioner[partitions=2]]",
                            "  +- (2) mapToPair [id 1, kept as MEMORY_ONLY]",
                            "  |  (2) numbers [id 0]");
        }
    }
}
