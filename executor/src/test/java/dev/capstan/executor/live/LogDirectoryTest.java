package dev.capstan.executor.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.engine.id.ExecutorId;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

class LogDirectoryTest {
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

    /** As when an executor is stopped: whoever stops it, and whoever hears that it has ended. */
    @Test
    @Tag("live")
    void severalMayRemoveItAtOnce() throws InterruptedException, IOException {
        for (int round = 0; round < 100; round++) {
            LogDirectory logs = make("app", "one");
            for (int i = 0; i < 20; i++) {
                Files.createFile(logs.path().resolve("hs_err_pid" + i + ".log"));
            }
            var failures = new ConcurrentLinkedQueue<Throwable>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                threads.add(
                        Thread.ofPlatform()
                                .uncaughtExceptionHandler((_, failure) -> failures.add(failure))
                                .start(logs::remove));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
            assertThat(root).isEmptyDirectory();
        }
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
}
