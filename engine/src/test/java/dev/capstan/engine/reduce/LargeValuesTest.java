package dev.capstan.engine.reduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.disk.DiskWriteException;
import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.engine.pipeline.Same;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.Serializer;
import dev.capstan.testing.SmallDisk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Values that are much larger than others, and a disk that is too small for them. */
class LargeValuesTest {
    private static final int MEGABYTE = 1 << 20;

    @TempDir private Path directory;

    private final Random random = new Random(5);

    private byte[] value(int bytes) {
        byte[] value = new byte[bytes];
        random.nextBytes(value);
        return value;
    }

    private static Aggregation keepingFirst(ReduceTask task) {
        Fn2<Object, Object, Object> first = (a, _) -> a;
        return new Aggregation(Same.INSTANCE, first, first, "reduceByKey at Logs.java:1", task);
    }

    @Test
    void fewLargeValuesAreNoticedBeforeManyCame() throws Exception {
        try (var task = new ReduceTask(4 * MEGABYTE, true, directory)) {
            var aggregation = keepingFirst(task);
            for (int key = 0; key < 20; key++) {
                aggregation.add(key, value(MEGABYTE));
            }
            assertThat(task.memory().memorySpilled()).isGreaterThan(10L * MEGABYTE);
            assertThat(task.memory().peak()).isLessThanOrEqualTo(4L * MEGABYTE);
            assertThat(aggregation.pairs()).toIterable().hasSize(20);
        }
    }

    @Test
    void groupsOfFewLargeValuesAreNoticedBeforeManyCame() throws Exception {
        try (var task = new ReduceTask(4 * MEGABYTE, true, directory)) {
            var grouping = new Grouping(1, "groupByKey at Logs.java:1", task);
            for (int key = 0; key < 20; key++) {
                grouping.add(0, key, value(MEGABYTE));
            }
            assertThat(task.memory().memorySpilled()).isGreaterThan(10L * MEGABYTE);
        }
    }

    @Test
    void largeValuesThatTakeTurnsWithSmallOnesAreSeen() throws Exception {
        try (var task = new ReduceTask(256L * MEGABYTE, true, directory)) {
            var grouping = new Grouping(1, "groupByKey at Logs.java:1", task);
            for (int key = 0; key < 4_096; key++) {
                grouping.add(0, key, value(key % 2 == 0 ? 10 : 10_000));
            }
            assertThat(task.memory().used()).isBetween(10L * MEGABYTE, 60L * MEGABYTE);
        }
    }

    /** A sample of thousands misses a few of them. */
    private byte[] rarelyLarge(int key) {
        return value(key % 1_000 == 507 ? MEGABYTE : 10);
    }

    @Test
    void fewLargeValuesAmongThousandsOfSmallOnesAreCounted() throws Exception {
        try (var task = new ReduceTask(4L * MEGABYTE, true, directory)) {
            var aggregation = keepingFirst(task);
            for (int key = 0; key < 20_000; key++) {
                aggregation.add(key, rarelyLarge(key));
            }
            assertThat(task.memory().memorySpilled()).isGreaterThan(15L * MEGABYTE);
            assertThat(task.memory().peak()).isLessThanOrEqualTo(4L * MEGABYTE);
            assertThat(aggregation.pairs()).toIterable().hasSize(20_000);
        }
    }

    @Test
    void fewLargeValuesInListsOfManySmallOnesAreCounted() throws Exception {
        try (var task = new ReduceTask(8L * MEGABYTE, true, directory)) {
            Fn2<Object, Object, Object> add =
                    (list, value) -> {
                        asList(list).add(value);
                        return list;
                    };
            Fn2<Object, Object, Object> merge =
                    (list, others) -> {
                        asList(list).addAll(asList(others));
                        return list;
                    };
            var aggregation =
                    new Aggregation(
                            first -> new ArrayList<>(List.of(first)),
                            add,
                            merge,
                            "aggregateByKey at Logs.java:1",
                            task);
            for (int key = 0; key < 20_000; key++) {
                aggregation.add(key % 2_000, rarelyLarge(key));
            }
            assertThat(task.memory().memorySpilled()).isGreaterThan(10L * MEGABYTE);
            assertThat(task.memory().peak()).isLessThanOrEqualTo(8L * MEGABYTE);
        }
    }

    @SuppressWarnings("unchecked")
    private static List<Object> asList(Object list) {
        return (List<Object>) list;
    }

    @Test
    void largeValuesOfWhichOnlyTheLengthIsKeptAreNotTakenForAGroupThatIsTooLarge() throws Exception {
        try (var task = new ReduceTask(4L * MEGABYTE, true, directory)) {
            Fn2<Object, Object, Object> count =
                    (lengths, value) -> {
                        asList(lengths).add(((byte[]) value).length);
                        return lengths;
                    };
            Fn2<Object, Object, Object> first = (a, _) -> a;
            var aggregation =
                    new Aggregation(_ -> new ArrayList<>(), count, first, "aggregateByKey at Logs.java:1", task);
            byte[] large = value(MEGABYTE);
            for (int i = 0; i < 100; i++) {
                aggregation.add("key", large);
            }
            assertThat(aggregation.pairs()).toIterable().hasSize(1);
        }
    }

    @Test
    void groupsWithFewLargeValuesAmongThousandsOfSmallOnesAreCounted() throws Exception {
        try (var task = new ReduceTask(4L * MEGABYTE, true, directory)) {
            var grouping = new Grouping(1, "groupByKey at Logs.java:1", task);
            for (int key = 0; key < 20_000; key++) {
                grouping.add(0, key, rarelyLarge(key));
            }
            assertThat(task.memory().memorySpilled()).isGreaterThan(15L * MEGABYTE);
            assertThat(task.memory().peak()).isLessThanOrEqualTo(4L * MEGABYTE);
        }
    }

    @Test
    void aFullDiskIsToldWithWhatWasToBeWrittenAndNothingIsLeft() throws IOException, InterruptedException {
        try (SmallDisk disk = SmallDisk.mount(directory, 1024);
                var task = new ReduceTask(MEGABYTE, true, disk.path())) {
            var aggregation = keepingFirst(task);
            assertThatThrownBy(
                            () -> {
                                for (int key = 0; key < 5_000; key++) {
                                    aggregation.add(key, value(1_000));
                                }
                            })
                    .isInstanceOf(DiskWriteException.class)
                    .hasMessageContaining("the values of reduceByKey at Logs.java:1")
                    .hasMessageContaining(disk.path().toString())
                    .hasMessageContaining("capstan.local.dirs");
            nothingIsLeft(task);
        }
    }

    @Test
    void aSortOnAFullDiskIsToldAndNothingIsLeft() throws IOException, InterruptedException {
        try (SmallDisk disk = SmallDisk.mount(directory, 1024);
                var task = new ReduceTask(MEGABYTE, true, disk.path())) {
            var sort = new RecordSort(SerializableComparator.natural(), "sortByKey at Logs.java:1", task);
            assertThatThrownBy(
                            () -> {
                                for (int frame = 0; frame < 100; frame++) {
                                    byte[] bytes = frame(task.serializer(), frame);
                                    sort.add(bytes, 0, bytes.length);
                                }
                            })
                    .isInstanceOf(DiskWriteException.class)
                    .hasMessageContaining("the records of sortByKey at Logs.java:1")
                    .hasMessageContaining(disk.path().toString());
            nothingIsLeft(task);
        }
    }

    @Test
    void aSortOfMoreRunsThanAreReadAtOnceIsInOrder() throws Exception {
        try (var task = new ReduceTask(0, true, directory)) {
            var sort = new RecordSort(SerializableComparator.natural(), "sortByKey at Logs.java:1", task);
            for (int run = 0; run < 150; run++) {
                byte[] bytes = frame(task.serializer(), run);
                sort.add(bytes, 0, bytes.length);
            }
            List<Long> keys = new ArrayList<>();
            sort.sorted().forEachRemaining(pair -> keys.add((Long) pair.key()));
            assertThat(keys).hasSize(150 * 50).isSorted();
            nothingIsLeft(task);
        }
    }

    /** Fifty records of a kilobyte. */
    private byte[] frame(Serializer serializer, int number) {
        var out = new ByteOutput(1024);
        Serializer.RecordWriter writer = serializer.writer(out);
        for (int i = 0; i < 50; i++) {
            writer.write((long) (i * 31 + number) % 97);
            writer.write(value(1_000));
        }
        return out.toByteArray();
    }

    private static void nothingIsLeft(ReduceTask task) {
        task.complete();
        assertThat(task.heldBytes()).isZero();
        assertThat(task.files()).isEmpty();
    }
}
