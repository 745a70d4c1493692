package dev.capstan.engine.reduce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.engine.pipeline.Combiner;
import dev.capstan.engine.pipeline.Groups;
import dev.capstan.engine.task.TaskKilledException;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.Serializer;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What is united and sorted, against a plain computation, whatever the budget and whoever else wants memory: the result
 * and its order are the same, and nothing is left.
 */
class ReducePropertyTest {
    private static final int SEEDS = 150;
    private static final long[] BUDGETS = {0, 1 << 10, 100_000, 250_000, 1 << 20, 16 << 20};

    @TempDir private Path directory;

    /** How a task ends. */
    private enum End {
        ALL_TAKEN,
        SOME_TAKEN,
        KILLED
    }

    /** What the keys are like. */
    private enum Keys {
        FEW,
        MANY,
        COLLIDING,
        SKEWED,
        OF_NUMBERS,
        MIXED;

        Object next(Random random) {
            return switch (this) {
                case FEW -> random.nextInt(8) == 0 ? null : "key" + random.nextInt(20);
                case MANY -> "key" + random.nextInt(1_000_000);
                case COLLIDING -> new Colliding(random.nextInt(500));
                case SKEWED -> random.nextInt(10) > 0 ? "often" : "rare" + random.nextInt(300);
                case OF_NUMBERS -> random.nextLong(2_000) - 1_000;
                case MIXED -> random.nextInt(100) == 0 ? null : random.nextLong() >>> random.nextInt(64);
            };
        }
    }

    /** One of four hash codes. */
    private record Colliding(int number) implements Comparable<Colliding>, java.io.Serializable {
        @Override
        public int hashCode() {
            return number % 4 << 29;
        }

        @Override
        public int compareTo(Colliding other) {
            return Integer.compare(number, other.number);
        }
    }

    private record Case(Random random, Keys keys, int records, ReduceTask task, Rival rival) {}

    private static Case draw(long seed, Path directory) {
        Random random = new Random(seed);
        Keys keys = Keys.values()[random.nextInt(Keys.values().length)];
        int records = random.nextInt(4) == 0 ? random.nextInt(3) : random.nextInt(6_000);
        var task = new ReduceTask(BUDGETS[random.nextInt(BUDGETS.length)], random.nextBoolean(), directory);
        var rival = new Rival(task, random, 1 + random.nextInt(2_000), 1 + random.nextInt(2_000_000));
        return new Case(random, keys, records, task, rival);
    }

    private static String value(Random random, int number) {
        return random.nextInt(50) == 0 ? null : number + "x".repeat(random.nextInt(60)) + ",";
    }

    private static int mixed(Object key) {
        return Objects.hashCode(key) * 0x9E3779B9;
    }

    /** In the promised order: that of mixed hashes, and among equal ones that of coming. */
    private static <V> List<Pair<Object, V>> inOrder(Map<Object, V> firstCome) {
        List<Pair<Object, V>> pairs = new ArrayList<>();
        firstCome.forEach((key, value) -> pairs.add(new Pair<>(key, value)));
        pairs.sort((a, b) -> Integer.compareUnsigned(mixed(a.key()), mixed(b.key())));
        return pairs;
    }

    private static final Fn<Object, Object> CREATE = value -> "" + value;
    private static final Fn2<Object, Object, Object> ADD = (all, value) -> all + "" + value;
    private static final Fn2<Object, Object, Object> MERGE = (all, more) -> all + "" + more;

    @ParameterizedTest
    @EnumSource
    void valuesAreAggregatedInTheOrderTheyCame(End end) {
        forAllSeeds(seed -> {
            Case drawn = draw(seed, directory);
            try (ReduceTask task = drawn.task()) {
                var aggregation = new Aggregation(CREATE, ADD, MERGE, "reduceByKey at Logs.java:1", task);
                Map<Object, Object> expected = new LinkedHashMap<>();
                for (int i = 0; i < drawn.records(); i++) {
                    Object key = drawn.keys().next(drawn.random());
                    String value = value(drawn.random(), i);
                    expected.merge(key, "" + value, (all, more) -> all + "" + more);
                    aggregation.add(key, value);
                    drawn.rival().maybe();
                }
                verify(end, drawn, inOrder(expected), aggregation::pairs, pairs -> bytesCombined(pairs, task));
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void valuesAreGroupedInTheOrderTheyCame(End end) {
        forAllSeeds(seed -> {
            Case drawn = draw(seed, directory);
            int sides = 1 + drawn.random().nextInt(4);
            try (ReduceTask task = drawn.task()) {
                var grouping = new Grouping(sides, "cogroup at Logs.java:1", task);
                Map<Object, List<List<Object>>> expected = new LinkedHashMap<>();
                for (int i = 0; i < drawn.records(); i++) {
                    Object key = drawn.keys().next(drawn.random());
                    String value = value(drawn.random(), i);
                    int side = drawn.random().nextInt(sides);
                    expected.computeIfAbsent(key, _ -> emptyLists(sides)).get(side).add(value);
                    grouping.add(side, key, value);
                    drawn.rival().maybe();
                }
                verify(
                        end,
                        drawn,
                        inOrder(expected),
                        () -> new Cursor(grouping.groups(), sides),
                        pairs -> bytesGrouped(pairs, task));
            }
        });
    }

    private static List<List<Object>> emptyLists(int sides) {
        List<List<Object>> lists = new ArrayList<>();
        for (int side = 0; side < sides; side++) {
            lists.add(new ArrayList<>());
        }
        return lists;
    }

    /** The groups of a cursor, each asked for some time after the cursor went there. */
    private static final class Cursor extends Fetching<Pair<Object, List<List<Object>>>> {
        private final GroupCursor groups;
        private final int sides;

        Cursor(GroupCursor groups, int sides) {
            this.groups = groups;
            this.sides = sides;
        }

        @Override
        protected Pair<Object, List<List<Object>>> fetch() throws Exception {
            if (!groups.advance()) {
                return null;
            }
            List<List<Object>> lists = new ArrayList<>();
            for (int side = 0; side < sides; side++) {
                lists.add(groups.values(side));
            }
            return new Pair<>(groups.key(), lists);
        }
    }

    @ParameterizedTest
    @EnumSource
    void recordsAreSortedAndEqualKeysStayInTheOrderTheyCame(End end) {
        forAllSeeds(seed -> {
            Case drawn = draw(seed, directory);
            SerializableComparator<Object> order = order(drawn.random().nextInt(3));
            try (ReduceTask task = drawn.task()) {
                var sort = new RecordSort(order, "sortByKey at Logs.java:1", task);
                List<Pair<Object, Object>> expected = new ArrayList<>();
                int frame = 1 + drawn.random().nextInt(2_000);
                for (int i = 0; i < drawn.records(); i += frame) {
                    List<Pair<Object, Object>> records = new ArrayList<>();
                    for (int j = i; j < Math.min(drawn.records(), i + frame); j++) {
                        records.add(new Pair<>(drawn.keys().next(drawn.random()), value(drawn.random(), j)));
                    }
                    expected.addAll(records);
                    byte[] bytes = frame(task.serializer(), records);
                    sort.add(bytes, 0, bytes.length);
                    drawn.rival().maybe();
                }
                expected.sort(Comparator.comparing(Pair::key, order));
                verify(end, drawn, expected, sort::sorted, _ -> 0);
            }
        });
    }

    private static SerializableComparator<Object> order(int which) {
        SerializableComparator<Object> natural = SerializableComparator.natural();
        return switch (which) {
            case 0 -> natural;
            case 1 -> natural.reversed();
            default -> (a, b) -> Integer.compare(String.valueOf(a).length(), String.valueOf(b).length());
        };
    }

    private static byte[] frame(Serializer serializer, List<Pair<Object, Object>> records) {
        var out = new ByteOutput(1024);
        Serializer.RecordWriter writer = serializer.writer(out);
        for (Pair<Object, Object> record : records) {
            writer.write(record.key());
            writer.write(record.value());
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @EnumSource
    void valuesCombinedBeforeTheyAreSentAreTheSameOnceUnited(End end) {
        forAllSeeds(seed -> {
            Case drawn = draw(seed, directory);
            try (ReduceTask task = drawn.task()) {
                Map<Object, Object> sent = new LinkedHashMap<>();
                var combining =
                        new MapSideCombining(
                                CREATE,
                                ADD,
                                (key, value) -> sent.merge(key, value, (all, more) -> all + "" + more),
                                task);
                Combiner table = combining.table();
                Map<Object, Object> expected = new LinkedHashMap<>();
                for (int i = 0; i < drawn.records(); i++) {
                    Object key = drawn.keys().next(drawn.random());
                    String value = value(drawn.random(), i);
                    expected.merge(key, "" + value, (all, more) -> all + "" + more);
                    table.add(key, value);
                    drawn.rival().maybe();
                }
                if (end == End.ALL_TAKEN) {
                    combining.finish();
                    assertThat(new ArrayList<>(sent.entrySet())).isEqualTo(new ArrayList<>(expected.entrySet()));
                }
                drawn.rival().leave();
                nothingIsLeft(task);
            }
        });
    }

    @FunctionalInterface
    private interface Results<V> {
        Iterator<Pair<Object, V>> begin() throws IOException;
    }

    /** How much memory it takes to have all these at once. */
    @FunctionalInterface
    private interface Need<V> {
        long of(List<Pair<Object, V>> pairs) throws Exception;
    }

    private static <V> void verify(
            End end, Case drawn, List<Pair<Object, V>> expected, Results<V> results, Need<V> need) throws Exception {
        int most = end == End.ALL_TAKEN ? Integer.MAX_VALUE : drawn.random().nextInt(expected.size() + 1);
        List<Pair<Object, V>> taken = new ArrayList<>();
        try {
            Iterator<Pair<Object, V>> iterator = results.begin();
            while (taken.size() < most && iterator.hasNext()) {
                drawn.rival().maybe();
                taken.add(iterator.next());
                drawn.rival().maybe();
                if (end == End.KILLED && taken.size() == most) {
                    drawn.task().kill();
                    iterator.forEachRemaining(_ -> {});
                }
            }
        } catch (TaskKilledException e) {
            assertThat(end).isEqualTo(End.KILLED);
        } catch (GroupTooLargeException e) {
            assertThat(mostAtOnce(expected, need)).as(e.getMessage()).isGreaterThan(Allowance.FREE);
            drawn.rival().leave();
            nothingIsLeft(drawn.task());
            return;
        }
        assertThat(taken).isEqualTo(expected.subList(0, Math.min(most, expected.size())));
        drawn.rival().leave();
        if (end == End.ALL_TAKEN) {
            assertThat(drawn.task().heldBytes()).as("bytes held once all was taken").isZero();
        }
        nothingIsLeft(drawn.task());
    }

    /** Keys that are in the same bucket at the deepest level must fit into memory together. */
    private static <V> long mostAtOnce(List<Pair<Object, V>> pairs, Need<V> need) throws Exception {
        Map<List<Integer>, List<Pair<Object, V>>> together = new LinkedHashMap<>();
        pairs.forEach(pair -> together.computeIfAbsent(buckets(pair.key()), _ -> new ArrayList<>()).add(pair));
        long most = 0;
        for (List<Pair<Object, V>> inseparable : together.values()) {
            most = Math.max(most, need.of(inseparable));
        }
        return most;
    }

    private static List<Integer> buckets(Object key) {
        return IntStream.range(0, Buckets.MOST_LEVELS).mapToObj(level -> Buckets.of(mixed(key), level)).toList();
    }

    private static long bytesCombined(List<Pair<Object, Object>> pairs, ReduceTask task) throws Exception {
        Combiner table = task.pipelines().combiner(CREATE, ADD, Object.class);
        for (Pair<Object, Object> pair : pairs) {
            table.add(pair.key(), pair.value());
        }
        return TableSize.of(table) + table.largeBytes();
    }

    private static long bytesGrouped(List<Pair<Object, List<List<Object>>>> pairs, ReduceTask task) throws Exception {
        int sides = pairs.getFirst().value().size();
        Groups table = task.pipelines().groups(sides, Object.class);
        for (Pair<Object, List<List<Object>>> pair : pairs) {
            for (int side = 0; side < sides; side++) {
                for (Object value : pair.value().get(side)) {
                    table.add(side, pair.key(), value);
                }
            }
        }
        return TableSize.of(table) + table.largeBytes();
    }

    private static void nothingIsLeft(ReduceTask task) {
        task.complete();
        assertThat(task.heldBytes()).as("bytes held at the end").isZero();
        assertThat(task.memory().holders()).isEmpty();
        assertThat(task.files()).isEmpty();
    }

    @FunctionalInterface
    private interface OfSeed {
        void test(long seed) throws Exception;
    }

    private static void forAllSeeds(OfSeed property) {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                property.test(seed);
            } catch (AssertionError | Exception e) {
                throw new AssertionError("with seed " + seed + ": " + e, e);
            }
        }
    }
}
