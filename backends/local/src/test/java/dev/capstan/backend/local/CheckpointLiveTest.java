package dev.capstan.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.PairRdd;
import dev.capstan.driver.Rdd;
import dev.capstan.engine.accumulator.LongAccumulator;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Lineages that are cut. */
@Tag("live")
@Timeout(120)
class CheckpointLiveTest {
    @TempDir private Path directory;

    private CapstanContext local() {
        return CapstanContext.builder().master("local[2]").conf("capstan.console.progress", "false").create();
    }

    private CapstanContext withDirectory() {
        CapstanContext context = local();
        context.setCheckpointDir(directory.toString());
        return context;
    }

    @Test
    void theFirstActionWritesItAndLaterOnesReadIt() {
        try (CapstanContext context = withDirectory()) {
            LongAccumulator computed = context.longAccumulator("computed");
            Rdd<Long> squares =
                    context.range(0, 1_000, 1, 4)
                            .map(x -> {
                                computed.add(1);
                                return x * x;
                            });
            squares.checkpoint();
            assertThat(squares.isCheckpointed()).isFalse();
            assertThat(squares.checkpointFile()).isEmpty();
            assertThat(squares.count()).isEqualTo(1_000);
            assertThat(squares.isCheckpointed()).isTrue();
            assertThat(computed.value()).as("once for the action, once for the files").isEqualTo(2_000);
            assertThat(squares.collect()).isEqualTo(LongStream.range(0, 1_000).map(x -> x * x).boxed().toList());
            assertThat(squares.filter(x -> x > 10).count()).isEqualTo(996);
            assertThat(computed.value()).isEqualTo(2_000);
            assertThat(squares.toDebugString()).contains("checkpointed").doesNotContain("range");
            assertThat(Path.of(squares.checkpointFile().orElseThrow())).startsWith(directory).isDirectory();
        }
    }

    @Test
    void whatIsBehindAShuffleIsReadFromFilesToo() {
        try (CapstanContext context = withDirectory()) {
            PairRdd<Long, Long> sums =
                    context.range(0, 100, 1, 4).mapToPair(x -> Pair.of(x % 3, x)).reduceByKey(Long::sum, 2);
            sums.checkpoint();
            var before = sums.collectAsMap();
            assertThat(sums.isCheckpointed()).isTrue();
            assertThat(sums.mapValues(x -> x + 1).reduceByKey(Long::sum, 3).count()).isEqualTo(3);
            assertThat(sums.collectAsMap()).isEqualTo(before);
            assertThat(sums.partitioner()).isPresent();
        }
    }

    @Test
    void anAsynchronousActionWritesItToo() throws InterruptedException {
        try (CapstanContext context = withDirectory()) {
            Rdd<Long> numbers = context.range(0, 10, 1, 2).map(x -> x + 1);
            numbers.checkpoint();
            assertThat(numbers.countAsync().get()).isEqualTo(10);
            assertThat(Await.until(numbers::isCheckpointed, Duration.ofSeconds(30))).isTrue();
            assertThat(numbers.reduce(Long::sum)).isEqualTo(55);
        }
    }

    @Test
    void aLostFileIsToldByName() throws IOException {
        try (CapstanContext context = withDirectory()) {
            Rdd<Long> numbers = context.range(0, 10, 1, 2).map(x -> x + 1).name("numbers");
            numbers.checkpoint();
            assertThat(numbers.count()).isEqualTo(10);
            Files.delete(Path.of(numbers.checkpointFile().orElseThrow(), "part-00001"));
            assertThatThrownBy(numbers::count)
                    .hasMessageContaining("partition 1 of the checkpoint of the dataset 'numbers'")
                    .hasMessageContaining("part-00001");
        }
    }

    private static void refuses(Rdd<Long> numbers, Path file, byte[] bytes, String reason) throws IOException {
        Files.write(file, bytes);
        assertThatThrownBy(numbers::count)
                .hasMessageContaining("partition 1 of the checkpoint of the dataset 'numbers'")
                .hasMessageContaining(file + ": " + reason);
    }

    @Test
    void aFileWithoutItsHeadOrWithAnotherIsRefused() throws IOException {
        try (CapstanContext context = withDirectory()) {
            Rdd<Long> numbers = context.range(0, 10, 1, 2).map(x -> x + 1).name("numbers");
            numbers.checkpoint();
            assertThat(numbers.count()).isEqualTo(10);
            Path file = Path.of(numbers.checkpointFile().orElseThrow(), "part-00001");
            byte[] bytes = Files.readAllBytes(file);
            byte[] later = bytes.clone();
            later[7] = 9;
            refuses(numbers, file, later, "it is of format version 9, and this program knows version 2");
            byte[] object = bytes.clone();
            object[8] = 'O';
            refuses(numbers, file, object, "it is an object file, not a file of a checkpoint");
            refuses(numbers, file, Arrays.copyOf(bytes, 20), "it ends too early");
            refuses(numbers, file, new byte[0], "it ends too early");
            refuses(numbers, file, "some text".getBytes(UTF_8), "it was not written by checkpoint()");
            Files.write(file, bytes);
            assertThat(numbers.count()).isEqualTo(10);
        }
    }

    @Test
    void withoutADirectoryOrWithOneThatCannotBeMadeTheCallSaysSo() throws IOException {
        try (CapstanContext context = local()) {
            Rdd<Long> numbers = context.range(3);
            assertThatThrownBy(numbers::checkpoint)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("setCheckpointDir");
            Path file = Files.writeString(directory.resolve("file"), "in the way");
            assertThatThrownBy(() -> context.setCheckpointDir(file.toString()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(file.toString());
            for (String noName : List.of("", "  ")) {
                assertThatThrownBy(() -> context.setCheckpointDir(noName))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("setCheckpointDir needs a directory");
            }
            assertThat(context.checkpointDir()).isEmpty();
        }
    }

    @Test
    void aCheckpointThatCannotBeWrittenLeavesNothingAndTheLineageAsItWas() throws IOException {
        try (CapstanContext context = withDirectory()) {
            Rdd<Long> failing =
                    context.range(0, 10, 1, 2)
                            .map(x -> {
                                if (isWriting()) {
                                    throw new IllegalStateException("not while it is written");
                                }
                                return x;
                            });
            failing.checkpoint();
            assertThatThrownBy(failing::count).hasMessageContaining("not while it is written");
            assertThat(failing.isCheckpointed()).isFalse();
            assertThat(failing.count()).isEqualTo(10);
            try (Stream<Path> left = Files.list(Path.of(context.checkpointDir().orElseThrow()))) {
                assertThat(left).isEmpty();
            }
        }
    }

    private static boolean isWriting() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().contains("WriteCheckpoint")));
    }

    @Test
    void aLocalCheckpointCutsTheLineageAndALostPartitionIsToldByName() {
        try (CapstanContext context = local()) {
            Rdd<Long> numbers = context.range(0, 100, 1, 4).map(x -> x * 2).name("doubled");
            numbers.localCheckpoint();
            assertThat(numbers.storageLevel()).isEqualTo(StorageLevel.MEMORY_AND_DISK);
            assertThat(numbers.take(1)).containsExactly(0L);
            assertThat(numbers.isCheckpointed()).isTrue();
            assertThat(numbers.checkpointFile()).isEmpty();
            assertThat(numbers.reduce(Long::sum)).isEqualTo(9_900);
            assertThat(numbers.toDebugString()).doesNotContain("range");
            assertThatThrownBy(numbers::unpersist).hasMessageContaining("all there is");
        }
    }

    @Test
    void aPartitionThatFoundNoRoomIsLostAfterALocalCheckpointAndSaysSo() {
        try (CapstanContext context =
                CapstanContext.builder()
                        .master("local[2]")
                        .conf("capstan.console.progress", "false")
                        .conf("capstan.memory.fraction", "0.001")
                        .create()) {
            Rdd<Long> numbers = context.range(0, 500_000, 1, 2).map(x -> x * 2).name("doubled").cache();
            numbers.localCheckpoint();
            assertThat(numbers.count()).isEqualTo(500_000);
            assertThatThrownBy(numbers::count)
                    .hasMessageContaining("of the dataset 'doubled'")
                    .hasMessageContaining("is lost: localCheckpoint() has cut its lineage");
        }
    }

    @Test
    void threeHundredRoundsWithACheckpointEveryTenthStayFastAndSmall() {
        try (CapstanContext context = withDirectory()) {
            PairRdd<Long, Long> ranks = context.range(0, 100, 1, 2).mapToPair(x -> Pair.of(x % 10, x));
            long[] nanos = new long[300];
            int deepest = 0;
            for (int round = 0; round < nanos.length; round++) {
                long start = System.nanoTime();
                ranks = ranks.mapValues(x -> x + 1).reduceByKey(Long::sum, 2);
                if (round % 10 == 9) {
                    ranks.checkpoint();
                }
                assertThat(ranks.count()).isEqualTo(10);
                deepest = Math.max(deepest, lines(ranks));
                nanos[round] = System.nanoTime() - start;
            }
            assertThat(deepest).as("lines of the longest lineage").isLessThan(50);
            assertThat(median(nanos, 250, 300)).isLessThan(10 * median(nanos, 50, 100));
        }
    }

    private static int lines(Rdd<?> dataset) {
        return (int) dataset.toDebugString().lines().count();
    }

    private static long median(long[] nanos, int from, int to) {
        List<Long> sorted = LongStream.range(from, to).map(i -> nanos[(int) i]).sorted().boxed().toList();
        return sorted.get(sorted.size() / 2);
    }
}
