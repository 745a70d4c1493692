package dev.capstan.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.ha.zookeeper.ZooKeeperEpochStore;
import dev.capstan.ha.zookeeper.ZooKeeperPlace;
import dev.capstan.testing.ZooKeeperProcess;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

@Tag("process")
class ZooKeeperEpochStoreTest extends EpochStoreContract {
    private static final AtomicInteger STORES = new AtomicInteger();

    @TempDir private static Path directory;
    private static ZooKeeperProcess server;

    private final ZooKeeperPlace place = place("/tests/store-" + STORES.incrementAndGet(), "");

    private static ZooKeeperPlace place(String path, String digest) {
        return new ZooKeeperPlace(server.address(), path, Duration.ofSeconds(6), digest);
    }

    @BeforeAll
    static void start() throws IOException {
        server = ZooKeeperProcess.start(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    EpochStore open() {
        return new ZooKeeperEpochStore(place);
    }

    @Test
    void aServerThatIsKilledAndComesBackInterruptsNothing()
            throws ExecutionException, IOException, InterruptedException {
        try (EpochStore store = open()) {
            Term term = store.take();
            term.append(bytes("before"));
            server.kill();
            CompletableFuture<Void> append =
                    CompletableFuture.runAsync(
                            () -> {
                                try {
                                    term.append(bytes("while it was away"));
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            },
                            Thread.ofPlatform()::start);
            server.startAgain();
            append.get();
            term.append(bytes("after"));
        }
        try (EpochStore store = open()) {
            assertThat(texts(store.take())).containsExactly("before", "while it was away", "after");
        }
    }

    @Test
    void aServerThatDoesNotComeBackIsAnErrorThatNamesIt() throws IOException {
        try (ZooKeeperProcess lost = ZooKeeperProcess.start(directory.resolve("lost"))) {
            var there = new ZooKeeperPlace(lost.address(), "/store", Duration.ofSeconds(2), "");
            try (EpochStore store = new ZooKeeperEpochStore(there)) {
                Term term = store.take();
                lost.kill();
                assertThatThrownBy(() -> term.append(bytes("lost")))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(lost.address())
                        .hasMessageContaining("no server of the ensemble answers");
                assertThatThrownBy(() -> term.append(bytes("later"))).hasMessageContaining("is over");
            }
        }
    }

    @Test
    void nodesOfAUserAreClosedToOthers() throws IOException {
        try (EpochStore ours = new ZooKeeperEpochStore(place("/closed", "us:secret"));
                EpochStore theirs = new ZooKeeperEpochStore(place("/closed", "them:other"))) {
            ours.take().append(bytes("ours"));
            assertThatThrownBy(theirs::take)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("belong to somebody else")
                    .hasMessageNotContaining("other");
            assertThat(texts(ours.take())).containsExactly("ours");
        }
    }

    @Test
    void aPlaceIsReadFromAUrlAndShownWithoutItsPassword() {
        ZooKeeperPlace parsed = ZooKeeperPlace.parse("zk://us:secret@one:2181,two:2181/capstan/jobs");
        assertThat(parsed.servers()).isEqualTo("one:2181,two:2181");
        assertThat(parsed.path()).isEqualTo("/capstan/jobs");
        assertThat(parsed.digest()).isEqualTo("us:secret");
        assertThat(parsed.below("ids")).hasToString("zk://one:2181,two:2181/capstan/jobs/ids");
        for (String bad :
                List.of("zk://us:secret@one:2181", "http://us:secret@one:2181/x", "zk:///path", "zk://one/")) {
            assertThatThrownBy(() -> ZooKeeperPlace.parse(bad))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("secret");
        }
    }
}
