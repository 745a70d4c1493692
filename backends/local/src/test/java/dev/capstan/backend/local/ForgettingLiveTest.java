package dev.capstan.backend.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.PairRdd;
import dev.capstan.driver.Rdd;
import dev.capstan.engine.accumulator.LongAccumulator;
import dev.capstan.engine.broadcast.Broadcast;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** What the program does not refer to any more is forgotten, and nothing else is. */
@Tag("live")
@Timeout(300)
class ForgettingLiveTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final int ROUNDS = 4;
    private static final long JOBS_OF_A_ROUND = 5_000;

    /**
     * A lineage takes several thousand. Collections by themselves leave now more, now less, by up to 40 for each job.
     */
    private static final long MOST_BYTES_OF_A_JOB = 50;

    @TempDir private Path directory;

    private CapstanContext local(String... settings) {
        var builder =
                CapstanContext.builder()
                        .master("local[2]")
                        .conf("capstan.console.progress", "false")
                        .conf("capstan.local.dirs", directory.toString());
        for (int i = 0; i < settings.length; i += 2) {
            builder.conf(settings[i], settings[i + 1]);
        }
        return builder.create();
    }

    private static long shuffleJob(CapstanContext context) {
        return context.range(0, 20, 1, 2).mapToPair(x -> Pair.of(x % 3, x)).reduceByKey(Long::sum, 2).count();
    }

    private static long usedAfterCollection() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    void thousandsOfJobsWithAShuffleLeaveNothingInMemory() {
        try (CapstanContext context = local()) {
            for (int i = 0; i < 6_000; i++) { // what remembers the last so many stages and tasks is full then
                assertThat(shuffleJob(context)).isEqualTo(3);
            }
            boolean forgot = false;
            for (int round = 0; round < ROUNDS && !forgot; round++) { // what is not forgotten is more after every round
                long before = settled();
                for (int i = 0; i < JOBS_OF_A_ROUND; i++) {
                    shuffleJob(context);
                }
                forgot = settled() - before < MOST_BYTES_OF_A_JOB * JOBS_OF_A_ROUND;
            }
            assertThat(forgot).as("no round of jobs but left memory in use").isTrue();
        }
    }

    /**
     * What is used when collections find nothing more to let go of. Much goes in steps: a collection finds that the
     * program lets go of a dataset, driver and executor are told so, and another collection takes what they had. What
     * was counted too early here would hide as much that is never forgotten.
     */
    private static long settled() {
        var settling = new Settling();
        assertThat(Await.until(settling, BOUND)).as("collections find more and more").isTrue();
        return settling.least;
    }

    private static final class Settling implements BooleanSupplier {
        private long least = Long.MAX_VALUE;
        private int looksInVain;

        @Override
        public boolean getAsBoolean() {
            long used = usedAfterCollection();
            looksInVain = used < least - 10_000 ? 0 : looksInVain + 1;
            least = Math.min(least, used);
            return looksInVain == 20;
        }
    }

    @Test
    void theFilesOfAShuffleGoWithTheDatasetsThatUseIt() {
        // too little memory for map outputs, so that they lie in files
        try (CapstanContext context = local("capstan.memory.fraction", "0.001")) {
            List<PairRdd<Long, Long>> used = new ArrayList<>();
            used.add(largeShuffle(context));
            assertThat(used.getFirst().count()).isEqualTo(200_000);
            assertThat(files()).isPositive();
            System.gc();
            assertThat(used.getFirst().count()).isEqualTo(200_000);
            used.clear();
            assertThat(Await.until(this::nothingIsLeftAfterCollection, BOUND)).as(files() + " files are left").isTrue();
        }
    }

    private static PairRdd<Long, Long> largeShuffle(CapstanContext context) {
        return context.range(0, 200_000, 1, 2).mapToPair(x -> Pair.of(x, x)).reduceByKey(Long::sum, 2);
    }

    private boolean nothingIsLeftAfterCollection() {
        System.gc();
        return files() == 0;
    }

    /** Those with data in them. */
    private long files() {
        try (Stream<Path> found = Files.walk(directory)) {
            return found.filter(Files::isRegularFile).filter(ForgettingLiveTest::hasContent).count();
        } catch (UncheckedIOException | IOException e) {
            return 1; // something went while it was looked at: look again
        }
    }

    private static boolean hasContent(Path file) {
        try {
            return Files.size(file) > 1_000;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void cachedPartitionsGoWithTheirDataset() {
        try (CapstanContext context = local()) {
            List<Rdd<Long>> used = new ArrayList<>();
            used.add(context.range(0, 100_000, 1, 2).persist(StorageLevel.DISK_ONLY));
            assertThat(used.getFirst().count()).isEqualTo(100_000);
            assertThat(files()).isPositive();
            used.clear();
            assertThat(Await.until(this::nothingIsLeftAfterCollection, BOUND)).as(files() + " files are left").isTrue();
        }
    }

    @Test
    void aBroadcastValueGoesWithItsHandle() {
        try (CapstanContext context = local()) {
            WeakReference<byte[]> value = broadcastAndUse(context);
            assertThat(
                            Await.until(
                                    () -> {
                                        System.gc();
                                        return value.get() == null;
                                    },
                                    BOUND))
                    .isTrue();
        }
    }

    private static WeakReference<byte[]> broadcastAndUse(CapstanContext context) {
        byte[] value = new byte[1 << 20];
        Broadcast<byte[]> broadcast = context.broadcast(value);
        assertThat(context.range(4).map(_ -> broadcast.value().length).reduce(Integer::sum)).isEqualTo(4 << 20);
        return new WeakReference<>(value);
    }

    @Test
    void nothingThatIsStillUsedIsForgottenWhileTheCollectorRunsAllTheTime() throws InterruptedException {
        try (CapstanContext context = local("capstan.broadcast.shareInProcess", "false")) {
            var over = new AtomicBoolean();
            Thread collector =
                    Thread.ofPlatform()
                            .start(() -> {
                                while (!over.get()) {
                                    System.gc();
                                }
                            });
            try {
                LongAccumulator mapped = context.longAccumulator("mapped");
                PairRdd<Long, Long> sums = counted(context, mapped);
                for (int i = 0; i < 15; i++) {
                    assertThat(sums.mapValues(x -> x + 1).count()).isEqualTo(50);
                    assertThat(withBroadcast(context, i)).isEqualTo(100L * i);
                }
                assertThat(mapped.value()).as("the map side was computed once").isEqualTo(1_000);
            } finally {
                over.set(true);
                collector.join();
            }
        }
    }

    private static PairRdd<Long, Long> counted(CapstanContext context, LongAccumulator mapped) {
        return context.range(0, 1_000, 1, 4)
                .mapToPair(x -> {
                    mapped.add(1);
                    return Pair.of(x % 50, x);
                })
                .reduceByKey(Long::sum, 3);
    }

    /** The handle is in the function only. */
    private static long withBroadcast(CapstanContext context, long number) {
        Broadcast<Long> broadcast = context.broadcast(number);
        return context.range(0, 100, 1, 4).map(_ -> broadcast.value()).reduce(Long::sum);
    }
}
