package dev.capstan.kernel.rpc.socket;

import static dev.capstan.kernel.rpc.socket.Processes.BOUND;
import static dev.capstan.kernel.rpc.socket.Processes.answers;
import static dev.capstan.kernel.rpc.socket.Processes.word;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.config.ByteSize;
import dev.capstan.kernel.rpc.Receiver;
import dev.capstan.kernel.rpc.RpcException;
import dev.capstan.kernel.rpc.RpcLimits;
import dev.capstan.kernel.rpc.StreamSink;
import dev.capstan.testing.Await;
import dev.capstan.testing.OpenFiles;
import dev.capstan.testing.Recorder;
import dev.capstan.testing.TransportContract.Numbered;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Nodes of transports that know nothing of each other, as those of several processes. */
@Tag("live")
class SeveralTransportsTest {
    @TempDir private Path directory;

    private final Processes processes = new Processes();

    @AfterEach
    void close() {
        processes.close();
    }

    private static void send(SocketNode from, String to, Message message) {
        from.send(new Address(from.name(), "test"), new Address(to, "test"), message);
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(next).as("within " + BOUND).isNotNull();
        return next;
    }

    @Test
    void whoeverTheContactKnowsIsFound() throws InterruptedException, IOException {
        SocketNode driver = processes.node("driver", new Ears(), Map.of());
        Map<String, InetSocketAddress> contacts = Map.of("driver", driver.address());
        var ears = new Ears();
        SocketNode first = processes.node("first", ears, contacts);
        SocketNode second = processes.node("second", new Ears(), contacts);
        assertThatThrownBy(() -> second.request("first", word("?"), BOUND))
                .as("nobody has heard of it yet")
                .hasMessageContaining("there is no such node");
        send(first, "driver", word("here I am"));
        assertThat(Await.until(() -> answers(second, "first"), BOUND)).isTrue();
        send(second, "first", word("found"));
        assertThat(next(ears.heard)).isEqualTo(word("found"));
        assertThat(driver.request("second", word("?"), BOUND)).as("and the contact finds them").containsExactly(7);
    }

    @Test
    void aNewLifeAtAnotherPortTakesThePlaceOfTheOldOne() throws InterruptedException, IOException {
        var host = new Ears();
        SocketNode driver = processes.node("driver", host, Map.of());
        SocketSettings settings = processes.settings().withContacts(Map.of("driver", driver.address()));
        var oldEars = new Ears();
        SocketNode old = processes.node("worker", 1, oldEars, settings);
        send(old, "driver", word("old"));
        assertThat(next(host.heard)).isEqualTo(word("old"));
        var youngEars = new Ears();
        SocketNode young = processes.node("worker", 2, youngEars, settings);
        send(young, "driver", word("young"));
        assertThat(next(host.heard)).isEqualTo(word("young"));
        assertThat(next(host.lost)).startsWith("worker: ");
        assertThat(next(oldEars.lost)).startsWith("driver: ");
        send(driver, "worker", word("to the living"));
        assertThat(next(youngEars.heard)).isEqualTo(word("to the living"));
        assertThatThrownBy(() -> old.request("driver", word("still here"), BOUND))
                .asInstanceOf(type(RpcException.class))
                .extracting(RpcException::kind)
                .isEqualTo(RpcException.Kind.REFUSED);
        assertThat(host.heard).isEmpty();
    }

    @Test
    void anotherNodeWhereThePeerWasIsNotTakenForIt() throws IOException {
        SocketNode other = processes.node("other", new Ears(), Map.of());
        SocketNode asking = processes.node("asking", new Ears(), Map.of("gone", other.address()));
        assertThatThrownBy(() -> asking.request("gone", word("?"), BOUND))
                .hasMessageContaining("there is now other where it was")
                .asInstanceOf(type(RpcException.class))
                .extracting(RpcException::kind)
                .isEqualTo(RpcException.Kind.UNREACHABLE);
    }

    /** It goes on asking, as one does whose questions become too old; only reading has ended. */
    @Test
    void forAPeerThatDoesNotReadNoMoreIsServedThanMayBeServedAtOnce() throws InterruptedException {
        RpcLimits limits =
                new RpcLimits(new ByteSize(64 << 10), 1_000, new ByteSize(256 << 10), 8, new ByteSize(16 << 10));
        var begun = new AtomicInteger();
        SocketNode busy =
                processes.node(
                        "busy",
                        new Ears() {
                            @Override
                            public byte[] serve(Message request) {
                                begun.incrementAndGet();
                                return new byte[60 << 10];
                            }
                        },
                        processes.settings().withLimits(limits));
        SocketNode deaf = processes.node("deaf", new Ears(), Map.of("busy", busy.address()));
        assertThat(Await.until(() -> isAnswered(deaf), BOUND)).isTrue();
        int before = begun.get();
        deaf.reading(false);
        var over = new CountDownLatch(2_000);
        for (int i = 0; i < 2_000; i++) {
            deaf.ask("busy", word("?"), Duration.ofMillis(1), _ -> over.countDown());
        }
        assertThat(over.await(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(Await.until(() -> isFull(deaf, begun, before + limits.requests()), BOUND))
                .as("%d begun", begun.get() - before)
                .isTrue();
        int taken = begun.get();
        assertThat(Await.until(() -> begun.get() > 500, Duration.ofSeconds(2)))
                .as("%d at first, %d at last", taken, begun.get())
                .isFalse();
    }

    /** On a slow machine, the questions before may all have become too old before they were sent. */
    private static boolean isFull(SocketNode deaf, AtomicInteger begun, int most) {
        deaf.ask("busy", word("?"), BOUND, _ -> {});
        return begun.get() >= most;
    }

    private static boolean isAnswered(SocketNode deaf) {
        try {
            return deaf.request("busy", word("?"), BOUND).length > 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aReceiverThatIsBusySlowsItsSender() throws InterruptedException {
        var taken = new AtomicInteger();
        var mayTake = new AtomicInteger(100);
        SocketNode slow =
                processes.node(
                        "slow",
                        new Receiver() {
                            @Override
                            public void receive(Address to, Message message) {
                                taken.incrementAndGet();
                            }

                            @Override
                            public boolean isBusy() {
                                return taken.get() >= mayTake.get();
                            }
                        },
                        Map.of());
        SocketNode sender = processes.node("sender", new Ears(), Map.of("slow", slow.address()));
        String large = "x".repeat(10_000);
        int sent = 0;
        while (sender.isWritable("slow") && sent < 100_000) {
            send(sender, "slow", new Numbered(0, sent++, large));
        }
        assertThat(sent).as("it was slowed").isLessThan(100_000);
        assertThat(taken.get()).as("what had arrived with the last one that was wanted").isLessThan(1_000);
        mayTake.set(Integer.MAX_VALUE);
        int all = sent;
        assertThat(Await.until(() -> taken.get() == all, BOUND)).as(taken + " of " + all).isTrue();
    }

    @Test
    void aBusyReceiverIsLookedAtInTurnsAndNotForEachMessageThatCame() throws InterruptedException {
        int messages = 20_000;
        var taken = new AtomicInteger();
        var looks = new AtomicInteger();
        var busy = new AtomicBoolean(true);
        SocketNode slow =
                processes.node(
                        "slow",
                        new Receiver() {
                            @Override
                            public void receive(Address to, Message message) {
                                taken.incrementAndGet();
                            }

                            @Override
                            public boolean isBusy() {
                                looks.incrementAndGet();
                                return busy.get();
                            }
                        },
                        Map.of());
        SocketNode sender = processes.node("sender", new Ears(), Map.of("slow", slow.address()));
        for (int i = 0; i < messages; i++) {
            send(sender, "slow", new Numbered(0, i, ""));
        }
        long began = System.nanoTime();
        assertThat(Await.until(() -> looks.get() > 3 * messages, Duration.ofSeconds(2)))
                .as("looked at %d times in %d ms", looks.get(), (System.nanoTime() - began) / 1_000_000)
                .isFalse();
        busy.set(false);
        assertThat(Await.until(() -> taken.get() == messages, BOUND)).as(taken + " of " + messages).isTrue();
    }

    @Test
    void aDialThatComesToNothingDoesNotEndTheConnectionThatThePeerMade() throws IOException, InterruptedException {
        try (var mute = new ServerSocket(0)) {
            var lateEars = new Ears();
            SocketNode late =
                    processes.node(
                            "late",
                            lateEars,
                            processes
                                    .settings()
                                    .withPatience(Duration.ofSeconds(1))
                                    .withContacts(
                                            Map.of("early", new InetSocketAddress("127.0.0.1", mute.getLocalPort()))));
            var earlyEars = new Ears();
            SocketNode early = processes.node("early", earlyEars, Map.of("late", late.address()));
            send(late, "early", word("on its way"));
            try (Socket dialled = mute.accept()) {
                send(early, "late", word("here I am"));
                assertThat(next(lateEars.heard)).isEqualTo(word("here I am"));
                assertThat(next(earlyEars.heard)).isEqualTo(word("on its way"));
                assertThat(dialled.getInputStream().readAllBytes()).as("until it was given up").isNotEmpty();
            }
            assertThat(early.request("late", word("?"), BOUND)).containsExactly(7);
            assertThat(late.request("early", word("?"), BOUND)).containsExactly(7);
            assertThat(lateEars.lost).isEmpty();
            assertThat(earlyEars.lost).isEmpty();
        }
    }

    @Test
    void aLineThatIsCutWithinAFrameLosesTheWayAndTheNextMessageMakesAnother() throws IOException, InterruptedException {
        var host = new Ears();
        SocketNode driver = processes.node("driver", host, Map.of());
        try (var line = new Recorder(driver.address())) {
            var ears = new Ears();
            SocketNode worker = processes.node("worker", ears, Map.of("driver", line.address()));
            send(worker, "driver", word("first"));
            assertThat(next(host.heard)).isEqualTo(word("first"));
            for (int round = 0; round < 20; round++) {
                line.cutAfter(1_000 + 777 * round);
                String large = "x".repeat(60_000);
                for (int i = 0; ears.lost.isEmpty() && i < 100; i++) {
                    send(worker, "driver", new Numbered(round, i, large));
                }
                assertThat(next(ears.lost)).startsWith("driver: ");
                assertThat(next(host.lost)).startsWith("worker: ");
                line.cutAfter(Long.MAX_VALUE);
                assertThat(Await.until(() -> answers(worker, "driver"), BOUND)).isTrue();
                ears.lost.clear();
                host.lost.clear();
                long last = -1; // what was sent while the way was lost is missing, and nothing is there twice
                for (Message message = host.heard.poll(); message != null; message = host.heard.poll()) {
                    var numbered = (Numbered) message;
                    assertThat(numbered.sender()).isEqualTo(round);
                    assertThat(numbered.number()).isGreaterThan(last);
                    assertThat(numbered.text()).hasSize(large.length());
                    last = numbered.number();
                }
            }
        }
    }

    /** What a node answers with when it is asked for a stream. */
    @FunctionalInterface
    private interface Content {
        void writeTo(StreamSink sink) throws IOException;
    }

    private static Ears streaming(Content content) {
        return new Ears() {
            @Override
            public void stream(Message request, StreamSink to) throws IOException {
                content.writeTo(to);
            }
        };
    }

    private static void write(Path file, long from, long bytes, StreamSink to) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            to.write(channel, from, bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void partsOfFilesArriveAsTheyAreAndTheFileIsItsOwnersAgain(boolean encrypted) throws IOException {
        byte[] content = new byte[5 << 20];
        new Random(3).nextBytes(content);
        Path file = Files.write(directory.resolve("content"), content);
        SocketSettings settings = processes.settings().withEncryption(encrypted);
        SocketNode writer =
                processes.node(
                        "writer",
                        streaming(to -> {
                            to.write(42);
                            write(file, 1_000, content.length - 1_000, to);
                            to.write(43);
                        }),
                        settings);
        SocketNode reader =
                processes.node("reader", new Ears(), settings.withContacts(Map.of("writer", writer.address())));
        for (int i = 0; i < 5; i++) {
            try (InputStream in = reader.open("writer", word("?"), BOUND)) {
                assertThat(in.read()).isEqualTo(42);
                assertThat(in.readNBytes(content.length - 1_000))
                        .isEqualTo(Arrays.copyOfRange(content, 1_000, content.length));
                assertThat(in.read()).isEqualTo(43);
                assertThat(in.read()).isNegative();
            }
            try (InputStream in = reader.open("writer", word("?"), BOUND)) {
                assertThat(in.readNBytes(100_000 * i)).as("given up in the middle").hasSize(100_000 * i);
            }
        }
        assertThat(Await.until(this::noFileIsOpen, BOUND)).isTrue();
        assertThat(answers(reader, "writer")).as("the way is still good").isTrue();
    }

    @Test
    void severalStreamsWithPartsOfFilesAndOtherMessagesKeepApart() throws IOException {
        byte[] content = new byte[1 << 20];
        new Random(4).nextBytes(content);
        Path file = Files.write(directory.resolve("content"), content);
        SocketSettings settings = processes.settings();
        SocketNode writer = processes.node("writer", streaming(to -> write(file, 0, content.length, to)), settings);
        SocketNode reader =
                processes.node("reader", new Ears(), settings.withContacts(Map.of("writer", writer.address())));
        List<CompletableFuture<Void>> readers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            readers.add(
                    CompletableFuture.runAsync(
                            () -> {
                                for (int round = 0; round < 20; round++) {
                                    assertThat(answers(reader, "writer")).isTrue();
                                    try (InputStream in = reader.open("writer", word("?"), BOUND)) {
                                        assertThat(in.readAllBytes()).isEqualTo(content);
                                    } catch (IOException e) {
                                        throw new UncheckedIOException(e);
                                    }
                                }
                            },
                            Thread.ofPlatform()::start));
        }
        CompletableFuture.allOf(readers.toArray(CompletableFuture<?>[]::new)).join();
    }

    private boolean noFileIsOpen() {
        try {
            return OpenFiles.below(directory).isEmpty();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFileThatIsShorterThanItWasFailsTheStreamAndNotTheWay() throws IOException {
        Path file = Files.write(directory.resolve("content"), new byte[10_000]);
        SocketNode writer = processes.node("writer", streaming(to -> write(file, 0, 20_000, to)), Map.of());
        SocketNode reader = processes.node("reader", new Ears(), Map.of("writer", writer.address()));
        try (InputStream in = reader.open("writer", word("?"), BOUND)) {
            assertThatThrownBy(in::readAllBytes)
                    .hasMessageContaining("the file ends at 10000")
                    .asInstanceOf(type(RpcException.class))
                    .extracting(RpcException::kind)
                    .isEqualTo(RpcException.Kind.FAILED);
        }
        assertThat(answers(reader, "writer")).isTrue();
    }

    @Test
    void somebodyInTheMiddleOfAnEncryptedLineIsFoundOut() throws IOException {
        SocketSettings encrypted = processes.settings().withEncryption(true);
        SocketNode driver = processes.node("driver", new Ears(), encrypted);
        try (var middle = new ManInTheMiddle(driver.address())) {
            SocketNode worker =
                    processes.node("worker", new Ears(), encrypted.withContacts(Map.of("driver", middle.address())));
            assertThatThrownBy(() -> worker.request("driver", word("?"), BOUND)).isInstanceOf(RpcException.class);
            assertThat(middle.passedOn()).as("it did stand between them").isPositive();
        }
    }
}
