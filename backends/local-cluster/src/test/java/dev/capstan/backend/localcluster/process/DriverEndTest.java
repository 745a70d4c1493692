package dev.capstan.backend.localcluster.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.capstan.driver.CapstanContext;
import dev.capstan.engine.function.Pair;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Drivers in processes of their own end in every way, and leave neither processes nor files. */
@Tag("process")
@Timeout(120)
class DriverEndTest {
    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir private Path directory;
    private Path temporary;
    private Path running;
    private Process driver;

    @BeforeEach
    void startDriver() throws IOException {
        temporary = Files.createDirectory(directory.resolve("tmp"));
        running = directory.resolve("running");
        Path classes = Files.createDirectory(directory.resolve("classes"));
        Files.writeString(classes.resolve("of-the-program"), "packed for the executors");
        driver =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-Djava.io.tmpdir=" + temporary,
                                "-XX:+UseCompactObjectHeaders",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Endless.class.getName(),
                                running.toString(),
                                classes.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("driver.log").toFile())
                        .start();
    }

    private List<ProcessHandle> executorsAtWork() {
        assertThat(Await.until(() -> Files.exists(running), BOUND)).as(this::said).isTrue();
        return Signals.executorsOf(driver.toHandle());
    }

    private String said() {
        try {
            return Files.readString(directory.resolve("driver.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @AfterEach
    void killDriver() throws InterruptedException {
        List<ProcessHandle> executors = Signals.executorsOf(driver.toHandle());
        driver.destroyForcibly().waitFor();
        executors.forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void executorsOfAKilledDriverGoAndTakeAllFilesWithThem() {
        List<ProcessHandle> executors = executorsAtWork();
        assertThat(executors).hasSize(2);
        assertThat(left()).isNotEmpty();
        driver.destroyForcibly();
        executors.forEach(executor -> Signals.awaitEnd(executor, BOUND));
        assertThat(left()).isEmpty();
    }

    /** As when its host vanishes without a word: connections stay open, and nothing passes. */
    @Test
    void executorsOfADriverThatFallsSilentGo() {
        List<ProcessHandle> executors = executorsAtWork();
        assertThat(executors).hasSize(2);
        Signals.send("STOP", driver.pid());
        assertThat(Await.until(() -> executors.stream().allMatch(DriverEndTest::hasEnded), BOUND)).isTrue();
    }

    /** The parent that has stopped does not take note of the end of its children; what they ran is gone. */
    private static boolean hasEnded(ProcessHandle executor) {
        return !executor.isAlive() || executor.info().command().isEmpty();
    }

    @Test
    void executorsThatStillStartWhenTheirDriverIsKilledLeaveNothingEither() {
        assertThat(Await.until(() -> Signals.executorsOf(driver.toHandle()).size() == 2, BOUND))
                .as(this::said)
                .isTrue();
        List<ProcessHandle> executors = Signals.executorsOf(driver.toHandle());
        driver.destroyForcibly();
        executors.forEach(executor -> Signals.awaitEnd(executor, BOUND));
        assertThat(running).doesNotExist();
        assertThat(left()).isEmpty();
    }

    @Test
    void aDriverThatIsToldToEndTakesItsExecutorsWithIt() throws InterruptedException {
        List<ProcessHandle> executors = executorsAtWork();
        assertThat(executors).hasSize(2);
        Signals.send("TERM", driver.pid());
        assertThat(driver.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).as(this::said).isTrue();
        assertThat(executors).noneMatch(ProcessHandle::isAlive);
        assertThat(left()).isEmpty();
    }

    /** As a terminal does it: driver and executors get the signal. */
    @Test
    void anInterruptFromTheTerminalLeavesNothing() throws InterruptedException {
        assumeFalse(
                Signals.isIgnored(Signals.INTERRUPT), "interrupts are ignored, as a shell has it in the background");
        List<ProcessHandle> executors = executorsAtWork();
        executors.forEach(executor -> Signals.send("INT", executor.pid()));
        Signals.send("INT", driver.pid());
        assertThat(driver.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).as(this::said).isTrue();
        assertThat(executors).noneMatch(ProcessHandle::isAlive);
        assertThat(left()).isEmpty();
    }

    /** But for the jars by their content, which are there for the next program, and what the JVM has of its own. */
    private List<Path> left() {
        try (Stream<Path> all = Files.walk(temporary)) {
            return all.filter(Files::isRegularFile)
                    .filter(path -> !path.toString().contains("capstan-files-") && !path.toString().contains("hsperf"))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A driver whose job does not end, with map outputs on disk. */
    static final class Endless {
        private Endless() {}

        public static void main(String[] arguments) throws IOException {
            URL classes = Path.of(arguments[1]).toUri().toURL();
            Thread.currentThread()
                    .setContextClassLoader(new URLClassLoader(new URL[] {classes}, Endless.class.getClassLoader()));
            String running = arguments[0];
            try (CapstanContext context =
                    CapstanContext.builder()
                            .master("local-cluster[2,1,64]")
                            .conf("capstan.console.progress", "false")
                            .conf("capstan.executor.driverGrace", "2s")
                            .conf("capstan.executor.heartbeatInterval", "500ms")
                            .create()) {
                context.range(0, 400_000, 1, 4)
                        .mapToPair(x -> Pair.of(x, x + "a text that takes some memory".repeat(4)))
                        .groupByKey(2)
                        .foreach(_ -> {
                            if (!Files.exists(Path.of(running))) {
                                Files.writeString(Path.of(running), "now");
                            }
                            LockSupport.parkNanos(100_000_000);
                        });
            }
        }
    }
}
