package dev.capstan.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Two processes that met the same classes in different orders. */
@Tag("process")
class SameEverywhereTest {
    @Test
    void equalValuesHaveTheSameBytesAndPartitionsInEveryProcess() throws IOException, InterruptedException {
        List<String> first = tellings(1);
        assertThat(first).hasSizeGreaterThan(10).isEqualTo(tellings(2)).isEqualTo(tellings(3));
    }

    private static List<String> tellings(int seed) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                SameEverywhere.class.getName(),
                                Integer.toString(seed))
                        .redirectErrorStream(true)
                        .start();
        try {
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(text).isZero();
            return text.lines().toList();
        } finally {
            Process unused = process.destroyForcibly();
        }
    }
}
