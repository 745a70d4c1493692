package dev.capstan.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of a user who may not read what they name. Only root can become another user, and root may read all. */
@Tag("process")
@Timeout(120)
class UnreadableFileTest {
    @TempDir Path directory;

    @BeforeEach
    void onlyAsRoot() throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root") && Files.isExecutable(Path.of("/bin/su")));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The class path where everybody may read it. */
    private String readableClassPath() throws IOException {
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path from = Path.of(entry);
            Path to = directory.resolve("class-path").resolve(copies.size() + "-" + from.getFileName());
            try (Stream<Path> files = Files.exists(from) ? Files.walk(from) : Stream.empty()) {
                for (Path file : files.toList()) {
                    Path copy = to.resolve(from.relativize(file).toString());
                    Files.createDirectories(Files.isDirectory(file) ? copy : copy.getParent());
                    if (Files.isRegularFile(file)) {
                        Files.copy(file, copy);
                    }
                }
            }
            copies.add(to.toString());
        }
        return String.join(File.pathSeparator, copies);
    }

    private String output(Path input) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        String java = ProcessHandle.current().info().command().orElseThrow();
        String command =
                String.join(
                        " ",
                        List.of(
                                "exec",
                                java,
                                "-cp",
                                readableClassPath(),
                                ReadsAFile.class.getName(),
                                input.toString()));
        Process process =
                new ProcessBuilder("/bin/su", "nobody", "-s", "/bin/sh", "-c", command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    @Test
    void aFileThatMayNotBeReadIsOneClearErrorAndTheContextGoesOn() throws IOException, InterruptedException {
        Path secret = Files.writeString(directory.resolve("secret"), "a\nb\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        assertThat(output(secret))
                .contains("told: ", "cannot read " + secret + ": permission denied for the user nobody", "then: 10");
    }

    @Test
    void aDirectoryThatMayNotBeListedIsOneClearErrorAndTheContextGoesOn() throws IOException, InterruptedException {
        Path hidden = Files.createDirectory(directory.resolve("hidden"));
        Files.writeString(hidden.resolve("text"), "a\nb\n");
        Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("rwx------"));
        assertThat(output(hidden))
                .contains("told: ", hidden.toString(), "permission denied for the user nobody", "then: 10");
    }
}
