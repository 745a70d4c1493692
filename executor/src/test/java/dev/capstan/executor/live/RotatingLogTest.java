package dev.capstan.executor.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

class RotatingLogTest {
    @TempDir private Path directory;

    @Test
    void theLastLinesAreThereAndTheFirstMakeRoomForThem() throws IOException {
        Path file = directory.resolve("log");
        try (var out = new PrintStream(new RotatingLog(file, 100), true, StandardCharsets.UTF_8)) {
            for (int i = 0; i < 1_000; i++) {
                out.print("line " + i + "\n");
            }
        }
        assertThat(Files.readString(file)).endsWith("line 999\n");
        String both = Files.readString(directory.resolve("log.1")) + Files.readString(file);
        assertThat(both.lines()).startsWith(both.lines().findFirst().orElseThrow()).contains("line 990", "line 998");
        assertThat(both).hasSizeBetween(100, 200);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void aWriteThatIsLargerThanAFileIsNotCut() throws IOException {
        Path file = directory.resolve("log");
        try (var out = new RotatingLog(file, 10)) {
            out.write("before".getBytes(StandardCharsets.UTF_8));
            out.write("much more than ten".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(file).hasContent("much more than ten");
    }
}
