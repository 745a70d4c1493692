package dev.capstan.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.RpcException;
import dev.capstan.kernel.rpc.StreamSink;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How streams flow. */
abstract class StreamContract extends TransportScene {
    StreamContract(TransportContract transport) {
        super(transport);
    }

    /** What a writer does with the stream. */
    @FunctionalInterface
    private interface Writing {
        void to(OutputStream out) throws IOException;
    }

    private Node writer(Writing writing) {
        return node(
                "b",
                new Listener() {
                    @Override
                    public void stream(Message request, StreamSink to) throws IOException {
                        writing.to(to);
                    }
                });
    }

    /** Writes until it is told to stop, and tells why. */
    private static Writing endless(Queue<IOException> told) {
        return out -> {
            try {
                while (true) {
                    out.write(new byte[1_000]);
                }
            } catch (IOException e) {
                told.add(e);
                throw e;
            }
        };
    }

    @Test
    void aStreamOfAnyLengthArrivesAsItWasWritten() throws IOException {
        Node a = node("a", new Listener());
        byte[] bytes = new byte[3 << 20];
        new Random(2).nextBytes(bytes);
        writer(out -> {
            out.write(bytes[0]);
            for (int at = 1; at < bytes.length; ) {
                int count = Math.min(1 + at % 50_021, bytes.length - at);
                out.write(bytes, at, count);
                at += count;
            }
        });
        try (InputStream stream = a.open("b", word("?"), BOUND)) {
            assertThat((byte) stream.read()).isEqualTo(bytes[0]);
            assertThat(stream.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 1, bytes.length));
            assertThat(stream.read()).isEqualTo(-1);
        }
    }

    @Test
    void aSlowReaderSlowsTheWriter() throws IOException, InterruptedException {
        Node a = node("a", new Listener());
        var written = new AtomicLong();
        var stopped = new CountDownLatch(1);
        writer(out -> {
            try {
                while (true) {
                    out.write(new byte[1_000]);
                    written.addAndGet(1_000);
                }
            } finally {
                stopped.countDown();
            }
        });
        long read = 0;
        try (InputStream stream = a.open("b", word("?"), BOUND)) {
            for (int i = 0; i < 200; i++) {
                read += stream.readNBytes(1_000).length;
                // the window, what is half written, and what the transport's own buffers may hold
                assertThat(written.get() - read)
                        .isLessThanOrEqualTo(TransportContract.LIMITS.streamWindow().bytes() + transport.slackBytes());
            }
            assertThat(Await.until(() -> written.get() >= TransportContract.LIMITS.streamWindow().bytes(), BOUND))
                    .isTrue();
        }
        await(stopped);
    }

    @Test
    void aReaderThatClosesEarlyTellsTheWriter() throws IOException, InterruptedException {
        Node a = node("a", new Listener());
        var told = new LinkedBlockingQueue<IOException>();
        writer(endless(told));
        InputStream stream = a.open("b", word("?"), BOUND);
        assertThat(stream.readNBytes(10)).hasSize(10);
        stream.close();
        stream.close();
        assertThat(next(told)).isNotNull();
        assertThatThrownBy(stream::read).isInstanceOf(IOException.class);
    }

    @Test
    void theFailureOfTheWriterReachesTheReaderBehindWhatWasWritten() throws IOException {
        Node a = node("a", new Listener());
        writer(out -> {
            out.write(new byte[100]);
            throw new IllegalStateException("the disk is broken");
        });
        try (InputStream stream = a.open("b", word("?"), BOUND)) {
            assertThat(stream.readNBytes(100)).hasSize(100);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(stream::read)
                        .hasMessageContaining("the disk is broken")
                        .asInstanceOf(type(RpcException.class))
                        .extracting(RpcException::kind)
                        .isEqualTo(RpcException.Kind.FAILED);
            }
        }
    }

    @Test
    void aWriterThatDoesNotMoveIsNotAwaitedForEver() throws IOException {
        Node a = node("a", new Listener());
        var leave = new CountDownLatch(1);
        writer(_ -> await(leave));
        try (InputStream stream = a.open("b", word("?"), SHORT)) {
            assertThatThrownBy(stream::read)
                    .asInstanceOf(type(RpcException.class))
                    .extracting(RpcException::kind)
                    .isEqualTo(RpcException.Kind.LATE);
        } finally {
            leave.countDown();
        }
    }

    @Test
    void aReaderThatDoesNotMoveIsNotAwaitedForEver() throws IOException, InterruptedException {
        Node a = node("a", new Listener());
        var told = new LinkedBlockingQueue<IOException>();
        writer(endless(told));
        try (InputStream _ = a.open("b", word("?"), SHORT)) {
            assertThat(kindOf(next(told))).isEqualTo(RpcException.Kind.LATE);
        }
    }

    @Test
    void aStreamEndsForBothWhenOneOfThemLeaves() throws IOException, InterruptedException {
        var told = new LinkedBlockingQueue<IOException>();
        Node a = node("a", new Listener());
        Node b = writer(endless(told));
        try (InputStream stream = a.open("b", word("?"), BOUND)) {
            assertThat(stream.readNBytes(10)).hasSize(10);
            b.close();
            assertThatThrownBy(stream::readAllBytes)
                    .asInstanceOf(type(RpcException.class))
                    .extracting(RpcException::kind)
                    .isEqualTo(RpcException.Kind.UNREACHABLE);
            assertThat(next(told)).isNotNull();
        }
        writer(endless(told));
        assertThat(Await.until(() -> opens(a), BOUND)).isTrue();
        try (InputStream stream = a.open("b", word("?"), BOUND)) {
            assertThat(stream.readNBytes(10)).hasSize(10);
            a.close();
            assertThatThrownBy(stream::readAllBytes)
                    .asInstanceOf(type(RpcException.class))
                    .extracting(RpcException::kind)
                    .isEqualTo(RpcException.Kind.CLOSED);
            assertThat(next(told)).isNotNull();
        }
    }

    /** A transport may need a moment to find the new life of a peer. */
    private static boolean opens(Node node) {
        try (InputStream stream = node.open("b", word("?"), BOUND)) {
            return stream.read() >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void manyStreamsRunSideBySide() throws InterruptedException {
        Node a = node("a", new Listener());
        writer(out -> {
            for (int i = 0; i < 500; i++) {
                out.write(new byte[1_000]);
            }
        });
        var right = new AtomicInteger();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            readers.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try (InputStream stream = a.open("b", word("?"), BOUND)) {
                                    right.addAndGet(stream.readAllBytes().length);
                                } catch (IOException e) {
                                    throw new AssertionError(e);
                                }
                            }));
        }
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(right).hasValue(8 * 500_000);
    }
}
