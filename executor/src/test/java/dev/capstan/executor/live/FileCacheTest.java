package dev.capstan.executor.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.protocol.Application.ClassFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

class FileCacheTest {
    private static final ClassFile ABC =
            new ClassFile("a.jar", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 3);

    @TempDir private Path root;
    private int asked;

    private FileCache cache() {
        return new FileCache(root.resolve("files"));
    }

    private Path find(String content) throws IOException {
        return cache().find(
                        ABC,
                        _ -> {
                            asked++;
                            return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
                        });
    }

    @Test
    void aFileIsBroughtOnce() throws IOException {
        assertThat(find("abc")).hasContent("abc").isEqualTo(find("abc"));
        assertThat(asked).isEqualTo(1);
    }

    @Test
    void aFileThatIsNotWhatItsHashSaysIsRefusedAndLeavesNothing() throws IOException {
        assertThatThrownBy(() -> find("abd")).isInstanceOf(IOException.class).hasMessageContaining("a.jar");
        try (Stream<Path> left = Files.list(root.resolve("files"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aFileThatWasDamagedIsBroughtAnew() throws IOException {
        Files.writeString(find("abc"), "abd");
        assertThat(find("abc")).hasContent("abc");
        Files.writeString(find("abc"), "ab");
        assertThat(find("abc")).hasContent("abc");
    }

    @Test
    void whatNobodyAsksForAnyMoreIsRemoved() throws IOException {
        Path file = find("abc");
        Instant now = Instant.now();
        Files.setLastModifiedTime(file, FileTime.from(now.minus(Duration.ofDays(8))));
        Instant weekAgo = now.minus(Duration.ofDays(7));
        find("abc");
        cache().sweep(weekAgo);
        assertThat(file).as("it was asked for").exists();
        Files.setLastModifiedTime(file, FileTime.from(now.minus(Duration.ofDays(8))));
        cache().sweep(weekAgo);
        assertThat(file).doesNotExist();
    }

    @Test
    void aDirectoryThatOthersMayWriteToIsRefused() throws IOException {
        find("abc");
        Files.setPosixFilePermissions(root.resolve("files"), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> find("abc")).isInstanceOf(IOException.class).hasMessageContaining("chmod 700");
    }
}
