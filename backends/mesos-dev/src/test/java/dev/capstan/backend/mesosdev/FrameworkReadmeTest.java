package dev.capstan.backend.mesosdev;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who follows the documentation of the Mesos client has a framework that works. */
@Tag("process")
@Timeout(120)
class FrameworkReadmeTest {
    @Test
    void theFrameworkOfTheReadmeRunsAsItStands(@TempDir Path directory) throws IOException, InterruptedException {
        String readme = Files.readString(Path.of("..", "..", "framework-scheduler", "README.md"));
        Matcher program = Pattern.compile("(?s)```java\n(.*?)```").matcher(readme);
        assertThat(program.find()).isTrue();
        Path source = Files.writeString(directory.resolve("Greeter.java"), program.group(1));
        Path output = directory.resolve("output");
        try (Cluster cluster = Cluster.find(1, 1, 512)) {
            Process process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                    "-Dcom.google.protobuf.use_unsafe_pre22_gencode=true",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    source.toString(),
                                    cluster.place())
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            try {
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(Files.readString(output)).isTrue();
            } finally {
                process.destroyForcibly();
            }
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
            assertThat(Files.readString(output)).contains("Registered[", "TaskPlaced[", "cause=DONE", "Stopped[]");
        }
    }
}
