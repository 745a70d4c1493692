package dev.capstan.backend.mesosdev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.HashSet;
import java.util.Set;

/** What becomes of a program whose store cannot be used. */
@Tag("live")
@Timeout(60)
class MesosStoreTest {
    @TempDir private Path directory;

    @Test
    void aProgramWhoseStoreCannotBeUsedSaysSoAndCanEnd() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "no directory");
        Set<Thread> before = threadsThatKeepUsAlive();
        assertThatThrownBy(() ->
                        CapstanContext.builder()
                                .master("mesos://127.0.0.1:1")
                                .appName("store")
                                .conf("capstan.console.progress", "false")
                                .conf("capstan.driver.host", "127.0.0.1")
                                .conf("capstan.mesos.store", file.toString())
                                .create())
                .hasMessageContaining(file.toString());
        assertThat(Await.until(() -> before.containsAll(threadsThatKeepUsAlive()), Duration.ofSeconds(10)))
                .as("threads that are left: %s", threadsThatKeepUsAlive())
                .isTrue();
    }

    private static Set<Thread> threadsThatKeepUsAlive() {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(thread -> thread.isDaemon() || thread.getName().startsWith("junit"));
        return threads;
    }
}
