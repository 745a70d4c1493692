package dev.capstan.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.job.JobFailedException;
import dev.capstan.engine.accumulator.LongAccumulator;
import dev.capstan.engine.function.Pair;
import dev.capstan.kernel.serialization.NotSerializableClosureException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.Serializable;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

class OrderingsTest {
    /** Has no order of its own. */
    private record Colour(String name) implements Serializable {}

    /** Data may be of records that Java would not serialize. */
    private record Version(int major, Optional<String> label) implements Comparable<Version> {
        @Override
        public int compareTo(Version other) {
            return Integer.compare(major, other.major);
        }
    }

    private final ContextFixture fixture = ContextFixture.create();
    private final CapstanContext context = fixture.context();
    private final Rdd<Colour> colours = context.parallelize(List.of(new Colour("red"), new Colour("blue")), 2);

    @AfterEach
    void close() {
        fixture.close();
    }

    private static String unordered(String operator) {
        return operator
                + ": a dev.capstan.driver.OrderingsTest$Colour has no order of its own; let its class implement"
                + " Comparable, or give a comparator to "
                + operator;
    }

    @Test
    void sortingWhatHasNoOrderNamesOperatorClassAndRemedy() {
        var pairs = colours.mapToPair(colour -> Pair.of(colour, 1));
        assertThatThrownBy(pairs::sortByKey).hasMessage(unordered("sortByKey"));
        assertThatThrownBy(() -> pairs.sortByKey(false)).hasMessage(unordered("sortByKey"));
        assertThatThrownBy(() -> colours.sortBy(colour -> colour)).hasMessage(unordered("sortBy"));
        assertThatThrownBy(colours::max).hasMessage(unordered("max"));
        assertThatThrownBy(colours::min).hasMessage(unordered("min"));
        assertThatThrownBy(() -> colours.top(1)).hasMessage(unordered("top"));
        assertThatThrownBy(() -> colours.takeOrdered(1)).hasMessage(unordered("takeOrdered"));
        assertThatThrownBy(() -> colours.coalesce(1).max())
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining(unordered("max"));
        assertThatThrownBy(() -> pairs.sortByKey(true, 1).collect()).hasMessageContaining(unordered("sortByKey"));
    }

    @Test
    void sortingWhatIsOfTwoClassesNamesBoth() {
        Rdd<Object> mixed = context.parallelize(List.of("a", 1), 2);
        assertThatThrownBy(mixed::max)
                .hasMessage(
                        "max: a java.lang.String and a java.lang.Integer cannot be compared with each other; make them"
                                + " of one class before, or give a comparator to max");
    }

    @Test
    void aComparatorThatCannotTravelIsRefusedAtTheCall() {
        Comparator<Colour> byName = (left, right) -> left.name().compareTo(right.name());
        var pairs = colours.mapToPair(colour -> Pair.of(colour, 1));
        assertThatThrownBy(() -> pairs.sortByKey(byName))
                .isInstanceOf(NotSerializableClosureException.class)
                .hasMessageStartingWith("sortByKey at OrderingsTest.java:")
                .hasMessageContaining("is not serializable and cannot be sent to executors. Write it as a lambda");
        assertThatThrownBy(() -> colours.max(byName)).hasMessageStartingWith("max at OrderingsTest.java:");
        assertThatThrownBy(() -> colours.max(Comparator.comparing(Colour::name).thenComparing(byName)))
                .isInstanceOf(NotSerializableClosureException.class);
        assertThat(colours.max((left, right) -> left.name().compareTo(right.name()))).isEqualTo(new Colour("red"));
    }

    @Test
    void aComparatorThatContradictsItselfIsNamedWhetherTheDriverOrATaskSeesIt() {
        var pairs = context.range(0, 10_000, 1, 4).keyBy(n -> n * 7919 % 10_007);
        for (int partitions : new int[] {1, 40}) {
            assertThatThrownBy(() -> pairs.sortByKey(OrderingsTest::contradicting, partitions).collect())
                    .hasMessageContaining("sortByKey at OrderingsTest.java:")
                    .hasMessageContaining(": the comparator contradicts itself (Comparison method violates");
        }
    }

    private static int contradicting(long one, long other) {
        return (one * 0x9E3779B97F4A7C15L ^ other * 0xC2B2AE3D27D4EB4FL) < 0 ? -1 : 1;
    }

    @Test
    void recordsThatAreNotSerializableAreSortedIntoSeveralPartitions() {
        Rdd<Version> versions =
                context.range(0, 1000, 1, 3).map(n -> new Version((int) (n * 7 % 1000), Optional.of("x")));
        List<Integer> sorted = versions.sortBy(version -> version, true, 4).map(Version::major).collect();
        assertThat(sorted).isEqualTo(IntStream.range(0, 1000).boxed().toList());
        assertThat(
                        versions.keyBy(version -> version)
                                .sortByKey(false, 4)
                                .join(versions.keyBy(version -> version))
                                .count())
                .isEqualTo(1000);
    }

    @Test
    void rangesAreFoundByAFewElementsOfASourceThatCanLeaveOthersOut() {
        LongAccumulator made = context.longAccumulator("made");
        var pairs =
                context.range(0, 1_000_000, 1, 4)
                        .filter(n -> n % 4 != 0)
                        .flatMap(n -> List.of(n, -n))
                        .map(n -> {
                            made.add(1);
                            return n * n;
                        })
                        .keyBy(n -> n);
        List<Integer> sizes = pairs.sortByKey(true, 4).mapPartitions(OrderingsTest::count).collect();
        assertThat(sizes).allMatch(size -> size > 330_000 && size < 420_000);
        assertThat(made.value()).as("the sort itself needs 1,500,000").isBetween(1_500_000L, 1_550_000L);
    }

    @Test
    void allAreLookedAtWhereAFewDoNotSay() {
        var pairs = context.range(0, 1_000_000, 1, 4).filter(n -> n % 1000 == 0).keyBy(n -> n);
        List<Integer> sizes = pairs.sortByKey(true, 4).mapPartitions(OrderingsTest::count).collect();
        assertThat(sizes).allMatch(size -> size > 150 && size < 350);
    }

    @Test
    void allAreLookedAtWhereAFewMakeManyThatAreAlike() {
        var pairs =
                context.range(0, 300_000, 1, 2)
                        .flatMap(n ->
                                n % 3000 == 5
                                        ? LongStream.range(n * 1000, n * 1000 + 3000).boxed().toList()
                                        : List.of())
                        .keyBy(n -> n);
        List<Integer> sizes = pairs.sortByKey(true, 16).mapPartitions(OrderingsTest::count).collect();
        assertThat(sizes).hasSize(16).allMatch(size -> size > 9_000 && size < 37_500);
    }

    @Test
    void aPatternInTheSourceDoesNotHideElements() {
        for (int period : new int[] {260, 512, 1000, 1024}) {
            var pairs = context.range(0, 1_000_000, 1, 4).keyBy(n -> n % period);
            List<Integer> sizes = pairs.sortByKey(true, 4).mapPartitions(OrderingsTest::count).collect();
            assertThat(sizes).as("period %s", period).allMatch(size -> size > 100_000 && size < 400_000);
        }
    }

    private static Iterator<Integer> count(Iterator<?> elements) {
        int count = 0;
        for (; elements.hasNext(); elements.next()) {
            count++;
        }
        return List.of(count).iterator();
    }

    @Test
    void nothingRunsBeforeAnAction() {
        Rdd<Long> numbers = context.range(0, 10, 1, 1);
        var pairs = numbers.mapToPair(n -> Pair.of(n, n));
        var datasets =
                List.of(
                        numbers.sample(true, 0.5).intersection(numbers).subtract(numbers),
                        numbers.cartesian(numbers),
                        numbers.zipWithUniqueId().keys().pipe("cat"),
                        numbers.mapToDouble(n -> n),
                        numbers.groupBy(n -> n % 2),
                        pairs.cogroup(pairs, pairs).filterByRange(1L, 2L),
                        pairs.subtractByKey(pairs).countApproxDistinctByKey(0.1),
                        pairs.sampleByKey(true, java.util.Map.of()));
        numbers.toLocalIterator(true);
        assertThat(fixture.runner().launched()).isZero();
        assertThat(datasets).allSatisfy(dataset -> assertThat(dataset.partitions()).isNotEmpty());
    }

    @Test
    void looksTellWhatADatasetIs() {
        Rdd<Long> numbers = context.range(0, 10, 1, 3);
        Rdd<Long> more = numbers.map(n -> n + 1);
        assertThat(more.partitions()).extracting(Partition::index).containsExactly(0, 1, 2);
        assertThat(more.preferredLocations(2)).isEmpty();
        assertThat(more.dependencies())
                .singleElement()
                .satisfies(d -> assertThat(d.parent()).isSameAs(numbers.lineage()));
        assertThat(more.isCheckpointed()).isFalse();
        assertThatThrownBy(() -> more.preferredLocations(3))
                .hasMessage("preferredLocations: there is no partition 3; the dataset has 3, counted from 0");
        assertThatThrownBy(() -> more.collectPartitions(-1)).hasMessageContaining("there is no partition -1");
    }

    @Test
    void allJobsShowTheLineOfTheirCaller() throws InterruptedException {
        context.range(10).takeAsync(3).get();
        context.range(10).takeOrdered(3);
        context.range(10).toLocalIterator().next();
        context.range(10).mapToDouble(n -> n).histogram(2);
        assertThat(fixture.runner().properties())
                .isNotEmpty()
                .allSatisfy(job -> assertThat(job.callSite().file()).isEqualTo("OrderingsTest.java"));
    }
}
