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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
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

    /** Whether a change has happened is not known then; each of those that a term makes is tried. */
    @Test
    void aChangeWhoseAnswerIsLostWithTheConnectionIsMadeOnce() throws IOException {
        int change = 0;
        boolean lost = true;
        while (lost) {
            ZooKeeperPlace direct = place("/tests/lost-" + ++change, "");
            try (var relay = ZooKeeperRelay.losingAnswer(server, change, () -> {});
                    EpochStore store = new ZooKeeperEpochStore(behind(relay, direct))) {
                Term term = store.take();
                term.append(bytes("one"));
                term.append(bytes("two", "three"));
                term.replace(bytes("all"));
                term.append(bytes("four"));
                lost = relay.hasCome();
            }
            try (EpochStore store = new ZooKeeperEpochStore(direct)) {
                assertThat(texts(store.take())).as("change %s", change).containsExactly("all", "four");
            }
        }
        assertThat(change).as("nodes, folders, records, their replacement and what is deleted").isGreaterThan(10);
    }

    @Test
    void whereAnotherOwnerHasComeMeanwhileTheTermIsOverAndWhatThatOneFoundStays() throws IOException {
        List<List<String>> refusals = new ArrayList<>();
        boolean lost = true;
        for (int change = 1; lost; change++) {
            ZooKeeperPlace direct = place("/tests/overtaken-" + change, "");
            List<List<String>> found = new CopyOnWriteArrayList<>();
            try (EpochStore other = new ZooKeeperEpochStore(direct);
                    var relay = ZooKeeperRelay.losingAnswer(server, change, () -> found.add(takenBy(other)));
                    EpochStore store = new ZooKeeperEpochStore(behind(relay, direct))) {
                List<String> there = List.of("one");
                try {
                    store.take().append(bytes("one"));
                } catch (StaleEpochException e) {
                    there = found.getFirst();
                    refusals.add(there);
                }
                assertThat(takenBy(other)).as("change %s", change).isEqualTo(there);
                lost = relay.hasCome();
            }
        }
        assertThat(refusals)
                .as("the folder, the record in it, and the store's word that it counts")
                .containsExactly(List.of(), List.of(), List.of("one"));
    }

    @Test
    void whoeverIsOvertakenWhileItReadsIsToldSoAndNotThatTheStoreIsDamaged() throws IOException {
        int refusals = 0;
        boolean asked = true;
        for (int question = 1; asked; question++) {
            ZooKeeperPlace direct = place("/tests/read-" + question, "");
            try (EpochStore other = new ZooKeeperEpochStore(direct)) {
                other.take().append(bytes("first"));
                try (var relay = ZooKeeperRelay.beforeQuestion(server, question, () -> replacedBy(other));
                        EpochStore store = new ZooKeeperEpochStore(behind(relay, direct))) {
                    try {
                        store.take().replace(bytes("ours"));
                    } catch (StaleEpochException e) {
                        refusals++;
                    }
                    asked = relay.hasCome();
                }
            }
        }
        assertThat(refusals).isGreaterThan(3);
    }

    private static void replacedBy(EpochStore store) {
        try {
            store.take().replace(bytes("other"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> takenBy(EpochStore store) {
        try {
            return texts(store.take());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ZooKeeperPlace behind(ZooKeeperRelay relay, ZooKeeperPlace place) {
        return new ZooKeeperPlace(relay.address(), place.path(), place.sessionTimeout(), place.digest());
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
