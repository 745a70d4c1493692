package dev.capstan.driver;

import static dev.capstan.driver.OperatorsTest.number;
import static dev.capstan.driver.OperatorsTest.overAllData;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.Statistics;
import dev.capstan.engine.lineage.HashPartitioner;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The operators beyond the first ones, against a plain computation in memory. */
class MoreOperatorsTest {
    /** Of the results; the data comes in 1, 2, 7 and 100 partitions each. */
    private static final int[] PARTITION_COUNTS = {1, 2, 7, 100};

    static Stream<OperatorsTest.Setup> setups() {
        return OperatorsTest.setups();
    }

    private static final Comparator<String> NULLS_FIRST = Comparator.nullsFirst(Comparator.naturalOrder());

    private static <T> List<T> list(Iterator<T> elements) {
        List<T> all = new ArrayList<>();
        elements.forEachRemaining(all::add);
        return all;
    }

    @ParameterizedTest
    @MethodSource("setups")
    void elementsBecomeNumbersAndPairs(OperatorsTest.Setup setup) {
        overAllData(
                setup,
                (plain, pairs) -> {
                    List<Double> numbers = plain.stream().map(pair -> (double) number(pair.value())).toList();
                    assertThat(pairs.mapToDouble(pair -> number(pair.value())).collect()).isEqualTo(numbers);
                    assertThat(pairs.flatMapToDouble(pair -> List.of((double) number(pair.value()), 1.0)).collect())
                            .isEqualTo(numbers.stream().flatMap(number -> Stream.of(number, 1.0)).toList());
                    assertThat(pairs.mapPartitionsToDouble(all -> List.of((double) list(all).size()).iterator()).sum())
                            .isEqualTo(plain.size());
                    assertThat(
                                    pairs.mapPartitionsToPair(all -> List.of(Pair.of(list(all).size(), 1)).iterator())
                                            .values()
                                            .count())
                            .isEqualTo(pairs.partitionCount());
                });
    }

    @ParameterizedTest
    @MethodSource("setups")
    void datasetsAreComparedAsSets(OperatorsTest.Setup setup) {
        List<Pair<String, Integer>> others = new ArrayList<>(List.of(Pair.of("a", 2), Pair.of("same", 9)));
        others.add(Pair.of(null, 3));
        others.add(Pair.of("a", 2));
        overAllData(
                setup,
                (plain, pairs) -> {
                    for (int partitions : PARTITION_COUNTS) {
                        PairRdd<String, Integer> right = pairs.context().parallelizePairs(others, 3);
                        Set<Pair<String, Integer>> both = new HashSet<>(plain);
                        both.retainAll(others);
                        assertThat(pairs.intersection(right, partitions).collect())
                                .containsExactlyInAnyOrderElementsOf(both);
                        assertThat(pairs.subtract(right, partitions).collect())
                                .containsExactlyInAnyOrderElementsOf(
                                        plain.stream().filter(pair -> !others.contains(pair)).toList());
                        Set<String> keys = others.stream().map(Pair::key).collect(Collectors.toSet());
                        assertThat(pairs.subtractByKey(right, partitions).collect())
                                .containsExactlyInAnyOrderElementsOf(
                                        plain.stream().filter(pair -> !keys.contains(pair.key())).toList());
                        assertThat(pairs.groupBy(Pair::key, partitions).mapValues(List::size).collectAsMap())
                                .isEqualTo(counts(plain.stream().map(Pair::key).toList(), 1));
                    }
                    assertThat(pairs.intersection(pairs).collect())
                            .containsExactlyInAnyOrderElementsOf(new LinkedHashSet<>(plain));
                    assertThat(pairs.subtract(pairs).collect()).isEmpty();
                    assertThat(pairs.context().union(pairs, pairs, pairs).count()).isEqualTo(3L * plain.size());
                });
    }

    private static <T> Map<T, Integer> counts(List<T> values, int each) {
        Map<T, Integer> counts = new HashMap<>();
        values.forEach(value -> counts.merge(value, each, Integer::sum));
        return counts;
    }

    @ParameterizedTest
    @MethodSource("setups")
    void eachElementMeetsEach(OperatorsTest.Setup setup) {
        overAllData(
                setup,
                (plain, pairs) -> {
                    List<Integer> others = List.of(1, 2, 3);
                    List<Pair<String, Integer>> expected =
                            plain.stream()
                                    .flatMap(pair -> others.stream().map(other -> Pair.of(pair.key(), other)))
                                    .toList();
                    for (int partitions : new int[] {1, 2, 7}) {
                        var right = pairs.context().parallelize(others, partitions);
                        assertThat(pairs.keys().cartesian(right).collect())
                                .containsExactlyInAnyOrderElementsOf(expected);
                    }
                    assertThat(pairs.cartesian(pairs.context().emptyRdd()).collect()).isEmpty();
                });
    }

    @Test
    void aProductOfLargePartitionsIsComplete() {
        try (ContextFixture fixture = ContextFixture.create()) {
            Rdd<Long> many = fixture.context().range(0, 5_000, 1, 1);
            assertThat(
                            many.cartesian(fixture.context().range(0, 3, 1, 1))
                                    .map(p -> p.key() * 3 + p.value())
                                    .distinct()
                                    .count())
                    .isEqualTo(15_000);
            assertThat(many.cartesian(many).take(2)).containsExactly(Pair.of(0L, 0L), Pair.of(1L, 0L));
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    void partitionsAreZippedAndElementsNumbered(OperatorsTest.Setup setup) {
        overAllData(
                setup,
                (plain, pairs) -> {
                    assertThat(
                                    pairs.zipPartitions(
                                                    pairs.values(),
                                                    (left, right) ->
                                                            List.of(list(left).size() * 1000 + list(right).size())
                                                                    .iterator())
                                            .reduce(Integer::sum))
                            .isEqualTo(plain.size() * 1001);
                    assertThat(pairs.zipWithIndex().values().collect())
                            .isEqualTo(IntStream.range(0, plain.size()).mapToObj(i -> (long) i).toList());
                    assertThat(pairs.zipWithIndex().keys().collect()).isEqualTo(plain);
                    List<Long> ids = pairs.zipWithUniqueId().values().collect();
                    assertThat(ids).doesNotHaveDuplicates().hasSize(plain.size());
                });
    }

    @ParameterizedTest
    @MethodSource("setups")
    void datasetsAreSortedByAnyComparator(OperatorsTest.Setup setup) {
        overAllData(
                setup,
                (plain, pairs) -> {
                    List<Integer> values = plain.stream().map(pair -> number(pair.value())).toList();
                    List<Integer> descending = values.stream().sorted(Comparator.reverseOrder()).toList();
                    Rdd<Integer> numbers = pairs.values().map(OperatorsTest::number);
                    List<String> keys = plain.stream().map(Pair::key).sorted(NULLS_FIRST).toList();
                    for (int partitions : PARTITION_COUNTS) {
                        assertThat(pairs.sortByKey(Comparator.<String>naturalOrder(), partitions).keys().collect())
                                .isEqualTo(keys);
                        assertThat(pairs.sortByKey(Comparator.<String>reverseOrder(), partitions).keys().collect())
                                .isEqualTo(keys.reversed());
                        assertThat(numbers.sortBy(n -> n, Comparator.<Integer>reverseOrder(), partitions).collect())
                                .isEqualTo(descending);
                        assertThat(numbers.sortBy(n -> n, (a, b) -> Integer.compare(b, a), partitions).collect())
                                .isEqualTo(descending);
                        var placed = pairs.repartitionAndSortWithinPartitions(new HashPartitioner(partitions)).glom();
                        for (var part : placed.collect()) {
                            assertThat(part.stream().map(Pair::key).toList()).isSortedAccordingTo(NULLS_FIRST);
                        }
                        assertThat(placed.flatMap(part -> part).collect()).containsExactlyInAnyOrderElementsOf(plain);
                    }
                    assertThat(numbers.sortBy(n -> n, false).collect()).isEqualTo(descending);
                    for (int most : new int[] {0, 1, 3, 1000}) {
                        assertThat(numbers.top(most)).isEqualTo(descending.stream().limit(most).toList());
                        assertThat(numbers.takeOrdered(most))
                                .isEqualTo(descending.reversed().stream().limit(most).toList());
                        assertThat(numbers.takeOrdered(most, (a, b) -> b - a))
                                .isEqualTo(descending.stream().limit(most).toList());
                        assertThat(pairs.takeOrdered(most, (a, b) -> number(a.value()) - number(b.value())))
                                .isEqualTo(
                                        plain.stream()
                                                .sorted(Comparator.comparing(pair -> number(pair.value())))
                                                .limit(most)
                                                .toList());
                    }
                    if (plain.isEmpty()) {
                        assertThatThrownBy(numbers::max)
                                .isInstanceOf(NoSuchElementException.class)
                                .hasMessageEndingWith("is empty and has no max");
                    } else {
                        assertThat(numbers.max()).isEqualTo(descending.getFirst());
                        assertThat(numbers.min()).isEqualTo(descending.getLast());
                        assertThat(numbers.max(Comparator.reverseOrder())).isEqualTo(descending.getLast());
                        assertThat(numbers.min((a, b) -> b - a)).isEqualTo(descending.getFirst());
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("setups")
    void keysAreFoundAndCut(OperatorsTest.Setup setup) {
        overAllData(
                setup,
                (plain, pairs) -> {
                    for (int partitions : PARTITION_COUNTS) {
                        var placed = pairs.partitionBy(new HashPartitioner(partitions));
                        var up = pairs.sortByKey(true, partitions);
                        var down = pairs.sortByKey(false, partitions);
                        for (String key : new String[] {null, "a", "often", "same", "key7", "none"}) {
                            List<Integer> values =
                                    plain.stream()
                                            .filter(pair -> Objects.equals(pair.key(), key))
                                            .map(Pair::value)
                                            .toList();
                            assertThat(pairs.lookup(key)).isEqualTo(values);
                            assertThat(placed.lookup(key)).isEqualTo(values);
                            assertThat(up.lookup(key)).containsExactlyInAnyOrderElementsOf(values);
                        }
                        List<String> range =
                                plain.stream()
                                        .map(Pair::key)
                                        .filter(key -> key != null && key.compareTo("key2") >= 0)
                                        .filter(key -> key.compareTo("rare3") <= 0)
                                        .sorted()
                                        .toList();
                        assertThat(up.filterByRange("key2", "rare3").keys().collect()).isEqualTo(range);
                        assertThat(down.filterByRange("key2", "rare3").keys().collect()).isEqualTo(range.reversed());
                        assertThat(pairs.filterByRange("key2", "rare3").keys().collect())
                                .containsExactlyInAnyOrderElementsOf(range);
                        assertThat(up.filterByRange("rare3", "key2").collect()).isEmpty();
                    }
                });
    }

    @Test
    void onlyThePartitionsOfAKeyOrRangeAreComputed() {
        try (ContextFixture fixture = ContextFixture.create()) {
            var pairs = fixture.context().range(0, 1000, 1, 5).mapToPair(n -> Pair.of(n, n));
            var sorted = pairs.sortByKey(true, 10);
            var placed = pairs.partitionBy(new HashPartitioner(10));
            assertThat(sorted.count() + placed.count()).isEqualTo(2000);
            long before = fixture.runner().launched();
            assertThat(placed.lookup(42L)).containsExactly(42L);
            assertThat(fixture.runner().launched() - before).isEqualTo(1);
            assertThat(sorted.filterByRange(1L, 20L).count()).isEqualTo(20);
            assertThat(fixture.runner().launched() - before).isLessThanOrEqualTo(3);
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    void threeAndFourDatasetsAreGrouped(OperatorsTest.Setup setup) {
        overAllData(
                setup,
                (plain, pairs) -> {
                    Map<String, Integer> three = counts(plain.stream().map(Pair::key).toList(), 10_001);
                    three.merge("a", 100, Integer::sum);
                    Map<String, Integer> four = new HashMap<>(three);
                    four.merge("b", 1_000_000, Integer::sum);
                    var right = pairs.context().parallelizePairs(List.of(Pair.of("a", "x")), 2);
                    var last = pairs.context().parallelizePairs(List.of(Pair.of("b", 1L)), 1);
                    assertThat(
                                    pairs.cogroup(right, pairs)
                                            .mapValues(all ->
                                                    all.first().size()
                                                            + all.second().size() * 100
                                                            + all.third().size() * 10_000)
                                            .collectAsMap())
                            .isEqualTo(three);
                    assertThat(
                                    pairs.groupWith(right, pairs, last)
                                            .mapValues(all ->
                                                    all.first().size()
                                                            + all.second().size() * 100
                                                            + all.third().size() * 10_000
                                                            + all.fourth().size() * 1_000_000)
                                            .collectAsMap())
                            .isEqualTo(four);
                    assertThat(pairs.groupWith(right).count()).isEqualTo(three.size());
                });
    }

    @ParameterizedTest
    @MethodSource("setups")
    void countsAndSumsComeToTheDriver(OperatorsTest.Setup setup) {
        overAllData(
                setup,
                (plain, pairs) -> {
                    Map<Pair<String, Integer>, Long> byValue = new HashMap<>();
                    plain.forEach(pair -> byValue.merge(pair, 1L, Long::sum));
                    assertThat(pairs.countByValue()).isEqualTo(byValue);
                    Map<String, Integer> sums = new HashMap<>();
                    plain.forEach(pair -> sums.merge(pair.key(), number(pair.value()), Integer::sum));
                    assertThat(pairs.mapValues(OperatorsTest::number).reduceByKeyLocally(Integer::sum)).isEqualTo(sums);
                    assertThat((double) pairs.countApproxDistinct(0.05))
                            .isCloseTo(byValue.size(), within(byValue.size() > 32 ? byValue.size() * 0.2 : 0));
                    Map<String, Set<Integer>> different = new HashMap<>();
                    plain.forEach(
                            pair -> different.computeIfAbsent(pair.key(), _ -> new HashSet<>()).add(pair.value()));
                    pairs.countApproxDistinctByKey(0.02)
                            .collectAsMap()
                            .forEach((key, count) ->
                                    assertThat((double) count).isCloseTo(different.get(key).size(), within(500 * 0.1)));
                    int last = pairs.partitionCount() - 1;
                    List<List<Pair<String, Integer>>> parts = pairs.glom().collect();
                    assertThat(pairs.collectPartitions(last, 0, last))
                            .containsExactly(parts.get(last), parts.get(0), parts.get(last));
                    assertThat(list(pairs.toLocalIterator())).isEqualTo(plain);
                    assertThat(list(pairs.toLocalIterator(true))).isEqualTo(plain);
                });
    }

    @ParameterizedTest
    @MethodSource("setups")
    void treesReduceInOrder(OperatorsTest.Setup setup) {
        overAllData(
                setup,
                (plain, pairs) -> {
                    Rdd<String> texts = pairs.map(pair -> pair + ";");
                    String all = plain.stream().map(pair -> pair + ";").collect(Collectors.joining());
                    for (int depth : new int[] {1, 2, 4}) {
                        assertThat(texts.treeAggregate("", String::concat, String::concat, depth)).isEqualTo(all);
                        if (plain.isEmpty()) {
                            assertThatThrownBy(() -> texts.treeReduce(String::concat, depth))
                                    .isInstanceOf(NoSuchElementException.class)
                                    .hasMessageEndingWith("cannot be reduced; use treeAggregate with a zero");
                        } else {
                            assertThat(texts.treeReduce(String::concat, depth)).isEqualTo(all);
                        }
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("setups")
    void numbersHaveStatistics(OperatorsTest.Setup setup) {
        overAllData(
                setup,
                (plain, pairs) -> {
                    DoubleRdd numbers = pairs.mapToDouble(pair -> number(pair.value()));
                    var plainly = plain.stream().mapToDouble(pair -> number(pair.value())).summaryStatistics();
                    double squares =
                            plain.stream()
                                    .mapToDouble(pair -> Math.pow(number(pair.value()) - plainly.getAverage(), 2))
                                    .sum();
                    Statistics statistics = numbers.stats();
                    assertThat(numbers.sum()).isEqualTo(plainly.getSum());
                    assertThat(statistics.count()).isEqualTo(plain.size());
                    if (plain.isEmpty()) {
                        assertThat(numbers.mean()).isNaN();
                        assertThat(numbers.variance()).isNaN();
                        assertThatThrownBy(numbers::max).isInstanceOf(NoSuchElementException.class);
                        assertThatThrownBy(() -> numbers.histogram(3))
                                .isInstanceOf(NoSuchElementException.class)
                                .hasMessageContaining("give the edges");
                        return;
                    }
                    assertThat(numbers.mean()).isCloseTo(plainly.getAverage(), within(1e-9));
                    assertThat(numbers.variance()).isCloseTo(squares / plain.size(), within(1e-6));
                    assertThat(numbers.stdev()).isCloseTo(Math.sqrt(squares / plain.size()), within(1e-6));
                    if (plain.size() > 1) {
                        assertThat(numbers.sampleVariance()).isCloseTo(squares / (plain.size() - 1), within(1e-6));
                        assertThat(numbers.sampleStdev())
                                .isCloseTo(Math.sqrt(squares / (plain.size() - 1)), within(1e-6));
                    }
                    assertThat(numbers.min()).isEqualTo(plainly.getMin());
                    assertThat(numbers.max()).isEqualTo(plainly.getMax());
                    assertThat(numbers.histogram(4).counts().stream().mapToLong(Long::longValue).sum())
                            .isEqualTo(plain.size());
                    assertThat(numbers.histogram(new double[] {-10, 0, 10}).counts())
                            .containsExactly(inside(plain, -10, 0, false), inside(plain, 0, 10, true));
                });
    }

    private static long inside(List<Pair<String, Integer>> plain, int low, int high, boolean closed) {
        return plain.stream()
                .mapToInt(pair -> number(pair.value()))
                .filter(value -> value >= low && (value < high || (closed && value == high)))
                .count();
    }

    @Test
    void aHistogramCutsTheRangeEvenly() {
        try (ContextFixture fixture = ContextFixture.create()) {
            DoubleRdd numbers = fixture.context().parallelizeDoubles(List.of(0.0, 1.0, 2.5, 5.0, 10.0, 10.0), 3);
            assertThat(numbers.histogram(2)).isEqualTo(new Histogram(List.of(0.0, 5.0, 10.0), List.of(3L, 3L)));
            assertThat(fixture.context().parallelizeDoubles(List.of(3.0, 3.0)).histogram(5))
                    .isEqualTo(new Histogram(List.of(3.0, 3.0), List.of(2L)));
            assertThatThrownBy(() -> numbers.histogram(new double[] {1, 1}))
                    .hasMessage("histogram: the edges must ascend, but 1.0 follows 1.0");
            assertThatThrownBy(() -> numbers.map(n -> 1 / n).mapToDouble(n -> n).histogram(3))
                    .hasMessageContaining("infinite or NaN");
        }
    }

    @ParameterizedTest
    @MethodSource("setups")
    void aFunctionThatMakesNullInsteadOfSeveralElementsIsTold(OperatorsTest.Setup setup) {
        try (ContextFixture fixture =
                ContextFixture.create(
                        setup.serializer(), setup.share(), setup.inlineResultBytes(), setup.pipelines())) {
            Rdd<Long> numbers = fixture.context().range(3);
            refused(() -> numbers.flatMap(n -> null).count(), "flatMap");
            refused(() -> numbers.flatMapToPair(n -> null).count(), "flatMapToPair");
            refused(() -> numbers.keyBy(n -> n).flatMapValues(n -> null).count(), "flatMapValues");
        }
    }

    private static void refused(ThrowingCallable call, String operator) {
        assertThatThrownBy(call)
                .hasStackTraceContaining(
                        "the function of " + operator + " returned null; return an empty list where there is nothing");
    }
}
