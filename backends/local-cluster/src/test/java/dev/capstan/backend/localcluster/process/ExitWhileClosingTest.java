package dev.capstan.backend.localcluster.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.CapstanContext;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that ends while its context is being closed: the first does not wait for the second by itself. */
@Tag("process")
@Timeout(120)
class ExitWhileClosingTest {
    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir private Path directory;

    @Test
    void theEndOfTheProgramWaitsUntilTheContextIsClosed() throws IOException, InterruptedException {
        Path temporary = Files.createDirectory(directory.resolve("tmp"));
        Process driver =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-Djava.io.tmpdir=" + temporary,
                                "-XX:-UsePerfData",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Hurried.class.getName())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("driver.log").toFile())
                        .start();
        try {
            assertThat(driver.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(driver.exitValue())
                    .as(Files.readString(directory.resolve("driver.log")))
                    .isEqualTo(Hurried.CODE);
        } finally {
            driver.destroyForcibly();
        }
        try (Stream<Path> left = Files.walk(temporary)) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
    }

    /** Its executor stands still, so that closing takes a while; at the beginning of which the program ends. */
    static final class Hurried {
        static final int CODE = 7;

        private Hurried() {}

        public static void main(String[] arguments) {
            CapstanContext context =
                    CapstanContext.builder()
                            .master("local-cluster[1,1,64]")
                            .conf("capstan.console.progress", "false")
                            .create();
            context.range(0, 10, 1, 1).count();
            Signals.executors().forEach(executor -> Signals.send("STOP", executor.pid()));
            Thread closing = Thread.ofPlatform().start(context::close);
            Await.until(() -> isClosing(closing), BOUND);
            System.exit(CODE);
        }

        /** It waits for the executor's process, and has nothing more to do for the driver itself. */
        private static boolean isClosing(Thread closing) {
            return Stream.of(closing.getStackTrace())
                    .anyMatch(frame -> frame.getClassName().endsWith("ClusterBackend"));
        }
    }
}
