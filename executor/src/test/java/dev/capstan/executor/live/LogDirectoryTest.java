package dev.capstan.executor.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.engine.id.ExecutorId;

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
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

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
    void whatSeveralRemoveAtTheSameTimeIsGoneWithoutAWord()
            throws IOException, InterruptedException, ExecutionException {
        try (ExecutorService others = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 500; round++) {
                LogDirectory logs = make("app", "one");
                Files.writeString(logs.log(), "");
                var together = new CyclicBarrier(2);
                Callable<Void> removal =
                        () -> {
                            together.await();
                            logs.remove();
                            return null;
                        };
                for (Future<Void> done : others.invokeAll(List.of(removal, removal))) {
                    done.get();
                }
                assertThat(root).isEmptyDirectory();
            }
        }
    }

    @Test
    void aLogIsMadeWhileTheLastOtherOfItsApplicationIsRemoved()
            throws IOException, InterruptedException, ExecutionException {
        try (ExecutorService both = Executors.newFixedThreadPool(2)) {
            List<Callable<Void>> makers = new ArrayList<>();
            for (String executor : List.of("one", "two")) {
                makers.add(() -> {
                    for (int round = 0; round < 5_000; round++) {
                        make("app", executor).remove();
                    }
                    return null;
                });
            }
            for (Future<Void> done : both.invokeAll(makers)) {
                done.get();
            }
        }
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void severalMakeTheDirectoryOfAllApplicationsAtTheSameTime()
            throws IOException, InterruptedException, ExecutionException {
        try (ExecutorService both = Executors.newFixedThreadPool(2)) {
            for (int round = 0; round < 500; round++) {
                Path fresh = root.resolve("root-" + round);
                var together = new CyclicBarrier(2);
                List<Callable<Path>> makers = new ArrayList<>();
                for (String executor : List.of("one", "two")) {
                    makers.add(() -> {
                        together.await();
                        return LogDirectory.make(fresh, executor, new ExecutorId(executor)).path();
                    });
                }
                for (Future<Path> made : both.invokeAll(makers)) {
                    assertThat(made.get()).isDirectory();
                }
            }
        }
    }

    @Test
    void oldLogsAreLookedForWhileOtherApplicationsRemoveTheirs()
            throws IOException, InterruptedException, ExecutionException {
        var going = new AtomicBoolean(true);
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<Void> makes =
                    other.submit(() -> {
                        while (going.get()) {
                            make("other", "one").remove();
                        }
                        return null;
                    });
            try {
                for (int round = 0; round < 5_000; round++) {
                    LogDirectory.sweep(root, Instant.EPOCH);
                }
            } finally {
                going.set(false);
            }
            makes.get();
        }
    }
}
