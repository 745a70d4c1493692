package dev.capstan.ha;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.testing.Await;
import dev.capstan.testing.ZooKeeperProcess;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Real owners that are killed, and paused while another takes over. */
@Tag("process")
class OwnerProcessTest {
    private static final Duration BOUND = Duration.ofSeconds(60);

    @TempDir private static Path directory;
    private static ZooKeeperProcess server;

    /** Where the store is. */
    private enum Form {
        FILE {
            @Override
            String where(String name) {
                return directory.resolve(name).toString();
            }
        },
        ZOOKEEPER {
            @Override
            String where(String name) {
                return "zk://" + server.address() + "/" + name;
            }
        };

        abstract String where(String name);
    }

    @BeforeAll
    static void start() throws IOException {
        server = ZooKeeperProcess.start(directory.resolve("zookeeper"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void whatAKilledOwnerHadWrittenIsThere(Form form) throws IOException, InterruptedException {
        String where = form.where("killed");
        List<String> all = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            try (var owner = new Owner(where)) {
                owner.awaitRecords(50);
                owner.kill();
                all.addAll(owner.said());
            }
            try (EpochStore store = StoreOwner.open(where)) {
                assertThat(EpochStoreContract.texts(store.take())).containsAll(all);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOwnerThatWasPausedWhileAnotherTookOverIsRefused(Form form) throws IOException, InterruptedException {
        String where = form.where("paused");
        try (var owner = new Owner(where);
                EpochStore store = StoreOwner.open(where)) {
            owner.awaitRecords(20);
            owner.signal("STOP");
            Term term = store.take();
            List<String> found = EpochStoreContract.texts(term);
            owner.signal("CONT");
            assertThat(owner.ends()).as("it ends by itself").isTrue();
            List<String> said = owner.said();
            assertThat(said.removeLast()).isEqualTo(StoreOwner.REFUSED);
            assertThat(found).containsAll(said);
            assertThat(EpochStoreContract.texts(store.take())).isEqualTo(found);
        }
    }

    /** An owner in a process of its own, and what it says. */
    private static final class Owner implements AutoCloseable {
        private final Process process;
        private final Thread listener;
        private final List<String> said = Collections.synchronizedList(new ArrayList<>());

        Owner(String where) throws IOException {
            process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                    "-Xmx128m",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    StoreOwner.class.getName(),
                                    where)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            listener = Thread.ofPlatform().start(this::listen);
        }

        private void listen() {
            var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            try {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    said.add(line);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void awaitRecords(int count) {
            assertThat(Await.until(() -> said.size() >= count, BOUND)).as("it writes").isTrue();
        }

        void signal(String name) throws IOException, InterruptedException {
            assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor())
                    .isZero();
        }

        void kill() throws InterruptedException {
            process.destroyForcibly();
            assertThat(ends()).isTrue();
        }

        boolean ends() throws InterruptedException {
            boolean ended = process.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS);
            listener.join(BOUND.toMillis());
            return ended;
        }

        /** All that it said; a last line that was cut off by its end is none. */
        List<String> said() {
            return new ArrayList<>(said);
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
