package dev.capstan.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.Answer;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.Receiver;
import dev.capstan.kernel.rpc.RpcException;
import dev.capstan.testing.TransportContract.Numbered;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** How requests are answered, or why they are not. */
abstract class RequestContract extends TransportScene {
    RequestContract(TransportContract transport) {
        super(transport);
    }

    /** Answers with the text of the request. */
    private static final class Echo extends Listener {
        @Override
        public byte[] serve(Message request) throws IOException {
            String text = ((Numbered) request).text();
            if (text.equals("fail")) {
                throw new IOException("as you wish");
            }
            if (text.equals("bug")) {
                throw new IllegalStateException("a bug of the server");
            }
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    @Test
    void aRequestIsAnswered() throws IOException {
        Node a = node("a", new Listener());
        node("b", new Echo());
        assertThat(a.request("b", word("echo"), BOUND)).asString().isEqualTo("echo");
        assertThat(a.request("b", word(""), BOUND)).isEmpty();
    }

    @Test
    void aPeerThatCannotAnswerSaysWhy() {
        Node a = node("a", new Listener());
        node("b", new Echo());
        for (String bad : List.of("fail", "bug")) {
            assertThatThrownBy(() -> a.request("b", word(bad), BOUND))
                    .hasMessageContaining("b: ")
                    .hasMessageContaining(bad.equals("fail") ? "as you wish" : "a bug of the server")
                    .asInstanceOf(type(RpcException.class))
                    .extracting(RpcException::kind)
                    .isEqualTo(RpcException.Kind.FAILED);
        }
        assertThatThrownBy(() -> a.request("nobody", word("?"), BOUND))
                .hasMessageContaining("nobody")
                .asInstanceOf(type(RpcException.class))
                .extracting(RpcException::kind)
                .isEqualTo(RpcException.Kind.UNREACHABLE);
    }

    @Test
    void anAnswerLargerThanAMessageSaysThatItMustBeStreamed() throws IOException {
        Node a = node("a", new Listener());
        byte[] bytes = new byte[(int) TransportContract.LIMITS.message().bytes() + 1];
        new Random(1).nextBytes(bytes);
        node(
                "b",
                new Listener() {
                    @Override
                    public byte[] serve(Message request) {
                        return bytes;
                    }
                });
        assertThatThrownBy(() -> a.request("b", word("all of it"), BOUND))
                .hasMessageContaining(Integer.toString(bytes.length))
                .hasMessageContaining("stream")
                .asInstanceOf(type(RpcException.class))
                .extracting(RpcException::kind)
                .isEqualTo(RpcException.Kind.TOO_LARGE);
        try (InputStream stream = a.open("b", word("all of it"), BOUND)) {
            assertThat(stream.readAllBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void anAnswerThatComesTooLateIsDropped() throws InterruptedException, IOException {
        var leave = new CountDownLatch(1);
        var served = new CountDownLatch(1);
        Node a = node("a", new Listener());
        node(
                "b",
                new Listener() {
                    @Override
                    public byte[] serve(Message request) {
                        if (request.equals(word("slow"))) {
                            await(leave);
                            served.countDown();
                        }
                        return new byte[] {1};
                    }
                });
        assertThatThrownBy(() -> a.request("b", word("slow"), SHORT))
                .asInstanceOf(type(RpcException.class))
                .extracting(RpcException::kind)
                .isEqualTo(RpcException.Kind.LATE);
        var answers = new LinkedBlockingQueue<Answer>();
        a.ask("b", word("slow"), SHORT, answers::add);
        assertThat(next(answers))
                .isInstanceOfSatisfying(
                        Answer.Failure.class,
                        failure -> assertThat(failure.cause().kind()).isEqualTo(RpcException.Kind.LATE));
        leave.countDown();
        await(served);
        assertThat(a.request("b", word("quick"), BOUND)).containsExactly(1);
        assertThat(answers).isEmpty();
    }

    @Test
    void manyQuestionsAreUnderWayAtOnceAndEachHasItsAnswer() throws InterruptedException {
        Node a = node("a", new Listener());
        var all = new CountDownLatch(TransportContract.LIMITS.requests() / 2);
        node(
                "b",
                new Listener() {
                    @Override
                    public byte[] serve(Message request) {
                        all.countDown();
                        await(all);
                        return new byte[] {(byte) ((Numbered) request).number()};
                    }
                });
        var answers = new LinkedBlockingQueue<String>();
        int count = TransportContract.LIMITS.requests() / 2;
        for (int i = 0; i < count; i++) {
            int number = i;
            a.ask(
                    "b",
                    new Numbered(0, i, "?"),
                    BOUND,
                    answer -> answers.add(number + "=" + ((Answer.Bytes) answer).bytes()[0]));
        }
        List<String> got = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            got.add(next(answers));
        }
        assertThat(got).doesNotHaveDuplicates().allMatch(pair -> pair.split("=")[0].equals(pair.split("=")[1]));
    }

    @Test
    void whatAPeerLeftUnansweredFailsAtOnce() throws InterruptedException {
        var asked = new CountDownLatch(2);
        var leave = new CountDownLatch(1);
        Receiver slow =
                new Listener() {
                    @Override
                    public byte[] serve(Message request) {
                        asked.countDown();
                        await(leave);
                        return new byte[0];
                    }
                };
        Node a = node("a", slow);
        Node b = node("b", slow);
        var answersOfA = new LinkedBlockingQueue<Answer>();
        var answersOfB = new LinkedBlockingQueue<Answer>();
        a.ask("b", word("?"), Duration.ofHours(1), answersOfA::add);
        b.ask("a", word("?"), Duration.ofHours(1), answersOfB::add);
        await(asked);
        b.close();
        assertThat(((Answer.Failure) next(answersOfA)).cause().kind()).isEqualTo(RpcException.Kind.UNREACHABLE);
        assertThat(((Answer.Failure) next(answersOfB)).cause().kind()).isEqualTo(RpcException.Kind.CLOSED);
        leave.countDown();
        assertThat(answersOfA).isEmpty();
    }

    @Test
    void moreRequestsThanTheLimitAreNotBegun() throws InterruptedException {
        var leave = new CountDownLatch(1);
        Node a = node("a", new Listener());
        node(
                "b",
                new Listener() {
                    @Override
                    public byte[] serve(Message request) {
                        await(leave);
                        return new byte[0];
                    }
                });
        var tooMany = new AtomicInteger();
        var done = new CountDownLatch(TransportContract.LIMITS.requests() + 20);
        for (int i = 0; i < TransportContract.LIMITS.requests() + 20; i++) {
            a.ask(
                    "b",
                    word("?"),
                    BOUND,
                    answer -> {
                        if (answer instanceof Answer.Failure(var cause) && cause.kind() == RpcException.Kind.TOO_MANY) {
                            tooMany.incrementAndGet();
                        }
                        done.countDown();
                    });
        }
        assertThat(Await.until(() -> done.getCount() <= TransportContract.LIMITS.requests(), BOUND)).isTrue();
        leave.countDown();
        await(done);
        assertThat(tooMany.get()).isPositive();
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() throws InterruptedException {
        var asked = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        Node a = node("a", new Listener());
        node(
                "b",
                new Listener() {
                    @Override
                    public byte[] serve(Message request) {
                        asked.countDown();
                        await(leave);
                        return new byte[0];
                    }
                });
        var ended = new AtomicReference<Throwable>();
        var kept = new AtomicReference<Boolean>();
        Thread waiting =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                a.request("b", word("?"), BOUND);
                            } catch (IOException e) {
                                ended.set(e);
                                kept.set(Thread.currentThread().isInterrupted());
                            }
                        });
        await(asked);
        waiting.interrupt();
        waiting.join();
        leave.countDown();
        assertThat(ended.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(kept).hasValue(true);
    }
}
