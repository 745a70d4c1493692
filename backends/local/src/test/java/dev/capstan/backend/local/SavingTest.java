package dev.capstan.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.job.JobFailedException;
import dev.capstan.engine.files.Compression;
import dev.capstan.testing.Await;
import dev.capstan.testing.SmallDisk;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Saves whose tasks, driver or disk fail: a directory with {@code _SUCCESS} is whole, and all else is no result. */
@Tag("live")
@Timeout(120)
class SavingTest {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Set<Long> FAILED = ConcurrentHashMap.newKeySet();

    @TempDir Path directory;

    private static CapstanContext local(String master) {
        return CapstanContext.builder().master(master).conf("capstan.console.progress", "false").create();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void attemptsThatFailedHalfWayLeaveNothingInTheResult() throws IOException {
        Path target = directory.resolve("out");
        FAILED.clear();
        try (CapstanContext context = local("local[2,3]")) {
            context.range(0, 40_000, 1, 4)
                    .map(n -> {
                        if (n % 10_000 == 9_000 && FAILED.add(n)) {
                            throw new IOException("the first time fails");
                        }
                        return n;
                    })
                    .saveAsTextFile(target.toString(), Compression.ZSTD);
            assertThat(FAILED).hasSize(4);
            assertThat(names(target))
                    .containsExactly(
                            "_SUCCESS", "part-00000.zst", "part-00001.zst", "part-00002.zst", "part-00003.zst");
            assertThat(context.textFile(target.toString()).collect())
                    .isEqualTo(IntStream.range(0, 40_000).mapToObj(String::valueOf).toList());
        }
    }

    @Test
    void aFullDiskIsOneClearErrorAndLeavesNothing() throws IOException, InterruptedException {
        Path mountPoint = Files.createDirectory(directory.resolve("small"));
        try (SmallDisk disk = SmallDisk.mount(mountPoint, 400);
                CapstanContext context = local("local[2]")) {
            Path target = disk.path().resolve("out");
            for (Compression compression : List.of(Compression.NONE, Compression.GZIP)) {
                assertThatThrownBy(
                                () -> context.range(0, 2_000_000, 1, 2).saveAsTextFile(target.toString(), compression))
                        .isInstanceOf(JobFailedException.class)
                        .hasMessageMatching(
                                "(?s).*cannot write partition [01] to "
                                        + target
                                        + ": No space left on device \\(\\d+ KiB free\\); make room there, or save"
                                        + " elsewhere.*");
                assertThat(mountPoint).isEmptyDirectory();
            }
            context.range(10).saveAsTextFile(target.toString());
            assertThat(context.textFile(target.toString()).count()).isEqualTo(10);
        }
    }

    @Test
    void aDriverThatIsKilledLeavesNothingThatLooksComplete() throws IOException, InterruptedException {
        Path target = directory.resolve("out");
        Process driver =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledWhileSaving.class.getName(),
                                target.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("output").toFile())
                        .start();
        try {
            assertThat(Await.until(() -> filesBeingWritten(target) == 2, BOUND))
                    .as("both partitions are begun")
                    .isTrue();
        } finally {
            driver.destroyForcibly();
            assertThat(driver.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(names(target)).containsExactly("_temporary");
        try (CapstanContext context = local("local[2]")) {
            assertThatThrownBy(() -> context.range(10).saveAsTextFile(target.toString()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "saveAsTextFile: the directory "
                                    + target
                                    + " holds a save that was not completed, of a program that was killed or that still"
                                    + " runs; if none runs, delete it, or choose another one");
            assertThat(context.textFile(target.toString()).count()).isZero();
            delete(target);
            context.range(10).saveAsTextFile(target.toString());
            assertThat(context.textFile(target.toString()).count()).isEqualTo(10);
        }
    }

    private static long filesBeingWritten(Path target) {
        if (Files.notExists(target)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(target)) {
            return files.filter(file -> file.getFileName().toString().startsWith("partition-")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList().reversed()) {
                Files.delete(file);
            }
        }
    }
}
