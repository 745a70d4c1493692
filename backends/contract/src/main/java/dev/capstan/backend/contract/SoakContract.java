package dev.capstan.backend.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.PairRdd;
import dev.capstan.driver.Rdd;
import dev.capstan.engine.broadcast.Broadcast;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Many small jobs in one context leave nothing behind, neither in the driver nor in executors of other processes. There
 * are 1,500 jobs; {@code -Dsoak.jobs=10000} asks for more.
 */
@Tag("process")
public abstract class SoakContract {
    private static final int JOBS = Integer.getInteger("soak.jobs", 1_500);
    private static final Duration BOUND = Duration.ofSeconds(60);

    /** Of heap that may be more in the end than after the first third: what remembers the last jobs is filling. */
    private static final long MOST_HEAP = 6 << 20;

    private static final int MOST_FILES = 20;
    private static final int MOST_THREADS = 15;

    private static final int EXECUTORS = 2;

    @TempDir private Path directory;
    @TempDir private Path meetings;

    /** A master with two executors on this machine, each with a process and one core. */
    protected abstract String master();

    /** What one process holds. */
    private record Held(long heap, long openFiles, long threads) {
        static Held ofThisProcess() {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            String[] open = new File("/proc/self/fd").list();
            return new Held(
                    runtime.totalMemory() - runtime.freeMemory(),
                    open == null ? 0 : open.length,
                    Thread.getAllStackTraces().size());
        }

        boolean littleMoreThan(Held before) {
            return heap <= before.heap + MOST_HEAP
                    && openFiles <= before.openFiles + MOST_FILES
                    && threads <= before.threads + MOST_THREADS;
        }
    }

    /** One job of a shuffle, a broadcast and a dataset that is kept, to all of which nothing refers afterwards. */
    private static void run(CapstanContext context, int number) {
        StorageLevel level = number % 2 == 0 ? StorageLevel.DISK_ONLY : StorageLevel.MEMORY_ONLY_2;
        Broadcast<byte[]> added = context.broadcast(new byte[10_000 + number % 7]);
        Rdd<Long> kept = context.range(0, 2_000, 1, 2).map(x -> x + added.value().length).persist(level);
        PairRdd<Long, Long> sums = kept.mapToPair(x -> Pair.of(x % 10, x)).reduceByKey(Long::sum, 2);
        assertThat(sums.count()).isEqualTo(10);
    }

    private Map<Long, Held> held(CapstanContext context) {
        Map<Long, Held> held = new LinkedHashMap<>();
        held.put(ProcessHandle.current().pid(), Held.ofThisProcess());
        var rendezvous = Rendezvous.in(meetings, EXECUTORS);
        context.range(0, EXECUTORS, 1, EXECUTORS)
                .map(_ -> {
                    rendezvous.await();
                    Held mine = Held.ofThisProcess();
                    return Pair.of(ProcessHandle.current().pid(), new long[] {mine.heap, mine.openFiles, mine.threads});
                })
                .collect()
                .forEach(told -> held.put(told.key(), new Held(told.value()[0], told.value()[1], told.value()[2])));
        return held;
    }

    private long files() {
        try (Stream<Path> found = Files.walk(directory)) {
            return found.filter(Files::isRegularFile).count();
        } catch (UncheckedIOException | IOException e) {
            return Long.MAX_VALUE; // something went while it was looked at
        }
    }

    private boolean bounded(CapstanContext context, Map<Long, Held> before, StringBuilder told) {
        Map<Long, Held> now = held(context);
        long files = files();
        told.setLength(0);
        told.append(before).append(" became ").append(now).append(", files: ").append(files);
        return files < MOST_FILES
                && now.entrySet().stream()
                        .allMatch(entry ->
                                before.containsKey(entry.getKey())
                                        && entry.getValue().littleMoreThan(before.get(entry.getKey())));
    }

    @Test
    @Timeout(1_800)
    void thousandsOfSmallJobsLeaveNothingBehind() {
        try (var context =
                CapstanContext.builder()
                        .master(master())
                        .conf("capstan.console.progress", "false")
                        .conf("capstan.local.dirs", directory.toString())
                        .create()) {
            assertThat(held(context)).as("the driver and the executors").hasSize(1 + EXECUTORS);
            for (int i = 0; i < JOBS / 3; i++) {
                run(context, i);
            }
            Map<Long, Held> before = held(context);
            for (int i = JOBS / 3; i < JOBS; i++) {
                run(context, i);
            }
            var told = new StringBuilder();
            boolean bounded = Await.until(() -> bounded(context, before, told), BOUND);
            System.getLogger(SoakContract.class.getName()).log(System.Logger.Level.INFO, "{0}", told);
            assertThat(bounded).as(told::toString).isTrue();
        }
    }
}
