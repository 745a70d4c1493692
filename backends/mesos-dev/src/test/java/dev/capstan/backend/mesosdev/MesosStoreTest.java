package dev.capstan.backend.mesosdev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.backend.ClusterFault;
import dev.capstan.driver.job.ClusterFailedException;
import dev.capstan.ha.FileEpochStore;
import dev.capstan.kernel.config.ConfigException;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
        assertThatThrownBy(() -> create(file.toString(), 0))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("capstan.mesos.store " + file + " cannot be used: ");
        assertThat(Await.until(() -> before.containsAll(threadsThatKeepUsAlive()), Duration.ofSeconds(10)))
                .as("threads that are left: %s", threadsThatKeepUsAlive())
                .isTrue();
    }

    @Test
    void aStoreOnAZooKeeperThatDoesNotAnswerIsAClusterThatDoesNot() {
        assertThatThrownBy(() -> create("zk://127.0.0.1:1/store", 0))
                .isInstanceOfSatisfying(
                        ClusterFailedException.class, e -> assertThat(e.fault()).isEqualTo(ClusterFault.UNREACHABLE))
                .hasMessage(
                        "capstan.mesos.store: zk://127.0.0.1:1/store: cannot take over: no server of the ensemble"
                                + " answers");
    }

    @Test
    void thePasswordOfAStoreIsToldToNobody() {
        Thread.currentThread().interrupt(); // it ends in another way than that nobody answers
        try {
            assertThatThrownBy(() -> create("zk://us:secret@127.0.0.1:1/store", 0))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageStartingWith("capstan.mesos.store zk://127.0.0.1:1/store cannot be used: ")
                    .hasMessageNotContaining("secret");
        } finally {
            boolean unused = Thread.interrupted();
        }
    }

    @Test
    void aDriverThatDoesNotComeUpDoesNotListenAnyMore() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "no directory");
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertThatThrownBy(() -> create(file.toString(), port)).isInstanceOf(ConfigException.class);
        assertThat(Await.until(() -> isFree(port), Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void aProgramWhoseStoreSomebodyElseTakesEndsWithTheKeyAndTheReason() throws IOException {
        Path store = directory.resolve("store");
        try (var cluster = Cluster.find(1, 512);
                CapstanContext context =
                        CapstanContext.builder()
                                .master(cluster.master())
                                .conf("capstan.console.progress", "false")
                                .conf("capstan.driver.host", "127.0.0.1")
                                .conf("capstan.mesos.store", store.toString())
                                .conf("capstan.mesos.failoverTimeout", "1s")
                                .create();
                var another = new FileEpochStore(store)) {
            assertThat(another.take().epoch()).isEqualTo(2);
            assertThatThrownBy(() -> context.range(0, 10, 1, 1).count())
                    .isInstanceOfSatisfying(
                            ClusterFailedException.class, e -> assertThat(e.fault()).isEqualTo(ClusterFault.UNUSABLE))
                    .hasMessageStartingWith("capstan.mesos.store " + store + " cannot be written any more: ")
                    .hasMessageEndingWith("somebody has taken over since epoch 1");
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static CapstanContext create(String store, int port) {
        return CapstanContext.builder()
                .master("mesos://127.0.0.1:1")
                .appName("store")
                .conf("capstan.console.progress", "false")
                .conf("capstan.driver.host", "127.0.0.1")
                .conf("capstan.driver.port", String.valueOf(port))
                .conf("capstan.mesos.store", store)
                .create();
    }

    private static Set<Thread> threadsThatKeepUsAlive() {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(thread -> thread.isDaemon() || thread.getName().startsWith("junit"));
        return threads;
    }
}
