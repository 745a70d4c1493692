package dev.capstan.devcluster.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** What clusters of earlier versions have left, which did not say whether they live. */
class LeftoversTest {
    private static final Instant LATER = Instant.now().plus(Duration.ofHours(2));

    @TempDir private Path root;

    private Path left(String name) throws IOException {
        Path directory = root.resolve(name);
        Files.writeString(Files.createDirectories(directory.resolve("agent1/slaves")).resolve("stdout"), "text");
        return directory;
    }

    @Test
    void anOldDirectoryOfAClusterThatIsNoMoreIsRemoved() throws IOException {
        Path old = left("mesos-dev-1202823384818597420");
        Leftovers.sweep(root, LATER);
        assertThat(old).doesNotExist();
    }

    @Test
    void oneInWhichSomebodyMayWorkIsKept() throws IOException {
        Path fresh = left("mesos-dev-1");
        Leftovers.sweep(root, Instant.now());
        assertThat(fresh).exists();
    }

    @Test
    void whatOnlyLooksLikeOneIsKept() throws IOException {
        Path named = left("mesos-dev-cluster");
        Path filled = left("mesos-dev-2");
        Files.writeString(filled.resolve("notes"), "somebody's own");
        Leftovers.sweep(root, LATER);
        assertThat(named).exists();
        assertThat(filled).exists();
    }

    @Test
    @Tag("process")
    void oneInWhichAProcessRunsIsKept() throws IOException {
        Path used = left("mesos-dev-3");
        Process process = new ProcessBuilder("sleep", "60").directory(used.resolve("agent1/slaves").toFile()).start();
        try {
            Leftovers.sweep(root, LATER);
            assertThat(used).exists();
        } finally {
            process.destroyForcibly();
        }
    }
}
