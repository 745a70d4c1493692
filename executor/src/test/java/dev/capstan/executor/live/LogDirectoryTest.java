package dev.capstan.executor.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.engine.id.ExecutorId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

class LogDirectoryTest {
    /** As many as are asked for; the common pool has as few as the machine has cores. */
    private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

    @TempDir private Path root;

    private LogDirectory make(String application, String executor) throws IOException {
        LogDirectory logs = LogDirectory.make(root, application, new ExecutorId(executor));
        Files.writeString(logs.jvm(), "");
        return logs;
    }

    @Test
    void onlyItsUserMayLookIntoIt() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(make("app", "one").path())))
                .isEqualTo("rwx------");
    }

    @Test
    void theApplicationsDirectoryGoesWithTheLastExecutor() throws IOException {
        LogDirectory one = make("app", "one");
        LogDirectory two = make("app", "two");
        one.remove();
        assertThat(two.path()).exists();
        two.remove();
        two.remove();
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void theTailIsWhatWasSaidLast() throws IOException {
        LogDirectory logs = make("app", "one");
        assertThat(logs.tail()).isEmpty();
        Files.writeString(logs.log(), "old\n".repeat(10_000) + "new\n");
        Files.writeString(logs.jvm(), "the JVM's last words");
        assertThat(logs.tail()).startsWith("old\n").endsWith("new\nthe JVM's last words").hasSizeLessThan(4_000);
    }

    @Test
    void whatACrashLeftIsKeptForAWhileAndNothingElseIsTouched() throws IOException {
        LogDirectory crashed = make("crashed", "one");
        LogDirectory fresh = make("fresh", "one");
        Path foreign = Files.createDirectories(root.resolve("foreign/directory"));
        Instant longAgo = Instant.now().minus(Duration.ofDays(8));
        for (Path path : List.of(crashed.jvm(), crashed.path(), root.resolve("crashed"), foreign)) {
            Files.setLastModifiedTime(path, FileTime.from(longAgo));
        }
        make("next", "one");
        assertThat(root.resolve("crashed")).doesNotExist();
        assertThat(fresh.jvm()).exists();
        assertThat(foreign).exists();
    }

    @Test
    void logsAreMadeSweptAndRemovedByManyAtOnce() {
        CompletableFuture.allOf(
                        IntStream.range(0, 4)
                                .mapToObj(i -> CompletableFuture.runAsync(() -> makeAndRemove("app-" + i), THREADS))
                                .toArray(CompletableFuture<?>[]::new))
                .join();
        assertThat(root).isEmptyDirectory();
    }

    /** Making one sweeps those of others, and two remove it. */
    private void makeAndRemove(String application) {
        for (int i = 0; i < 100; i++) {
            LogDirectory logs = makeWithFiles(application);
            var other = CompletableFuture.runAsync(logs::remove, THREADS);
            logs.remove();
            other.join();
        }
    }

    private LogDirectory makeWithFiles(String application) {
        try {
            LogDirectory logs = make(application, "one");
            for (int file = 0; file < 30; file++) {
                Files.createFile(logs.path().resolve("core." + file));
            }
            return logs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
