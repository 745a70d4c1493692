package dev.capstan.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.config.ByteSize;
import dev.capstan.kernel.rpc.Answer;
import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.Receiver;
import dev.capstan.kernel.rpc.Refusal;
import dev.capstan.kernel.rpc.RpcException;
import dev.capstan.kernel.rpc.RpcLimits;
import dev.capstan.kernel.rpc.StreamSink;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** What every transport promises: see {@link Node}. A transport extends this and says how nodes join. */
@Tag("live")
public abstract class TransportContract {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Address NOBODY = new Address("a", "test");

    /** Limits to join with, small enough to be reached. */
    protected static final RpcLimits LIMITS =
            new RpcLimits(new ByteSize(64 << 10), 1_000, new ByteSize(4 << 20), 64, new ByteSize(16 << 10));

    /** A node with {@link #LIMITS} that reaches all others of this test. */
    protected abstract Node join(Hello hello, Receiver receiver);

    /**
     * Makes the node stop taking what is sent to it, as a process does that hangs.
     *
     * @return whether it did; false for a transport in which nothing ever waits
     */
    protected boolean hang(Node node) {
        return false;
    }

    /** Lets a node go on that hangs. */
    protected void goOn(Node node) {}

    private final List<Node> joined = new ArrayList<>();

    @AfterEach
    void leave() {
        joined.forEach(Node::close);
    }

    // ---- what the tests send ----

    /** A message of these tests; a transport that encodes messages must be able to encode it. */
    public record Numbered(int sender, long number, String text) implements Message {}

    /** One of which only the latest counts. */
    public record Beat(long number) implements Message {
        @Override
        public Delivery delivery() {
            return Delivery.LATEST;
        }
    }

    /** Writes down what it hears, and serves what the test says. */
    private static class Listener implements Receiver {
        final BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
        final BlockingQueue<String> lost = new LinkedBlockingQueue<>();
        final BlockingQueue<Refusal> refused = new LinkedBlockingQueue<>();

        @Override
        public void receive(Address to, Message message) {
            heard.add(message);
        }

        @Override
        public void peerLost(String node, String reason) {
            lost.add(node + ": " + reason);
        }

        @Override
        public void peerRefused(Refusal refusal) {
            refused.add(refusal);
        }

        void hears(Message... messages) throws InterruptedException {
            for (Message expected : messages) {
                assertThat(next(heard)).isEqualTo(expected);
            }
        }
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(next).as("within " + BOUND).isNotNull();
        return next;
    }

    private static Hello hello(String node) {
        return new Hello(Hello.PROTOCOL, "cluster", "test", node, 1, 1);
    }

    private Node node(Hello hello, Receiver receiver) {
        Node node = join(hello, receiver);
        joined.add(node);
        return node;
    }

    private Node node(String name, Receiver receiver) {
        return node(hello(name), receiver);
    }

    private static Message word(String text) {
        return new Numbered(0, 0, text);
    }

    private static void send(Node from, String to, Message message) {
        from.send(NOBODY, new Address(to, "actor"), message);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(BOUND.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static RpcException.Kind kindOf(Throwable failure) {
        assertThat(failure).isInstanceOf(RpcException.class);
        return ((RpcException) failure).kind();
    }

    // ---- messages ----

    @Test
    void messagesArriveInTheOrderTheyWereSentAndOnlyOnce() throws InterruptedException {
        var listener = new Listener();
        Node a = node("a", new Listener());
        node("b", listener);
        for (int i = 0; i < 500; i++) {
            send(a, "b", new Numbered(1, i, ""));
        }
        for (int i = 0; i < 500; i++) {
            listener.hears(new Numbered(1, i, ""));
        }
        assertThat(listener.heard).isEmpty();
    }

    @Test
    void manyThreadsOfManyNodesSendAtOnceAndTheOrderOfEachIsKept() throws InterruptedException {
        int threads = 4;
        int count = 20_000;
        var next = new AtomicLong[threads * threads];
        for (int i = 0; i < next.length; i++) {
            next[i] = new AtomicLong();
        }
        var wrong = new AtomicReference<String>();
        var all = new CountDownLatch(next.length * count);
        Receiver receiver =
                (_, message) -> {
                    var numbered = (Numbered) message;
                    if (!next[numbered.sender].compareAndSet(numbered.number, numbered.number + 1)) {
                        wrong.set(numbered + " instead of " + next[numbered.sender]);
                    }
                    all.countDown();
                };
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            nodes.add(node("n" + i, receiver));
        }
        var together = new CountDownLatch(1);
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int self = i;
            senders.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                await(together);
                                for (int n = 0; n < count; n++) {
                                    for (int to = 0; to < threads; to++) {
                                        while (!nodes.get(self).isWritable("n" + to)) {
                                            Thread.onSpinWait();
                                        }
                                        send(nodes.get(self), "n" + to, new Numbered(self * threads + to, n, ""));
                                    }
                                }
                            }));
        }
        together.countDown();
        await(all);
        for (Thread sender : senders) {
            sender.join();
        }
        assertThat(wrong).hasValue(null);
    }

    @Test
    void aNodeReachesItself() throws InterruptedException {
        var listener = new Listener();
        Node a = node("a", listener);
        send(a, "a", word("to myself"));
        listener.hears(word("to myself"));
        a.close();
        assertThat(listener.lost).isEmpty();
    }

    @Test
    void aMessageToNobodyIsDroppedAndTheSenderIsTold() throws InterruptedException {
        var listener = new Listener();
        Node a = node("a", listener);
        send(a, "nobody", word("lost"));
        assertThat(next(listener.lost)).startsWith("nobody: ");
        var late = new Listener();
        node("nobody", late);
        assertThat(
                        Await.until(
                                () -> {
                                    send(a, "nobody", word("again"));
                                    return !late.heard.isEmpty();
                                },
                                BOUND))
                .isTrue();
        assertThat(late.heard).containsOnly(word("again"));
    }

    @Test
    void aPeerThatHangsNeverBlocksItsSenderAndIsGivenUpWhenTooMuchWaits() throws InterruptedException {
        var listener = new Listener();
        Node a = node("a", listener);
        Node b = node("b", new Listener());
        send(a, "b", word("we know each other"));
        assumeTrue(hang(b), "nothing waits in this transport");
        try {
            boolean wasWritable = a.isWritable("b");
            String big = "x".repeat(1_000);
            for (int i = 0; i < 100 * LIMITS.waitingMessages() && listener.lost.isEmpty(); i++) {
                send(a, "b", new Numbered(1, i, big));
                if (wasWritable && !a.isWritable("b")) {
                    assertThat(listener.lost).as("a sender that can hold back has the time to").isEmpty();
                    wasWritable = false;
                }
            }
            assertThat(wasWritable).isFalse();
            assertThat(next(listener.lost)).startsWith("b: ");
        } finally {
            goOn(b);
        }
    }

    @Test
    void ofMessagesThatReplaceEachOtherOnlyTheNewestWaitsForAPeerThatHangs() throws InterruptedException {
        var listener = new Listener();
        Node a = node("a", new Listener());
        Node b = node("b", listener);
        send(a, "b", word("we know each other"));
        listener.hears(word("we know each other"));
        assumeTrue(hang(b), "nothing waits in this transport");
        int beats = 100 * LIMITS.waitingMessages();
        for (int i = 1; i <= beats; i++) {
            send(a, "b", new Beat(i));
        }
        goOn(b);
        Message last;
        int heard = 0;
        do {
            last = next(listener.heard);
            heard++;
        } while (!last.equals(new Beat(beats)));
        assertThat(heard).isLessThan(beats);
    }

    // ---- who speaks with whom ----

    @Test
    void aPeerOfAnotherProtocolIsRefused() throws InterruptedException {
        refuses(
                Refusal.Kind.OTHER_PROTOCOL,
                new Hello(Hello.PROTOCOL + 1, "cluster", "test", "b", 1, 1),
                "" + (Hello.PROTOCOL + 1));
    }

    @Test
    void aPeerOfAnotherClusterIsRefused() throws InterruptedException {
        refuses(Refusal.Kind.OTHER_CLUSTER, new Hello(Hello.PROTOCOL, "elsewhere", "test", "b", 1, 1), "elsewhere");
    }

    private void refuses(Refusal.Kind kind, Hello stranger, String word) throws InterruptedException {
        var host = new Listener();
        var guest = new Listener();
        node("a", host);
        Node b = node(stranger, guest);
        send(b, "a", word("let me in"));
        Refusal refusal = next(guest.refused);
        assertThat(refusal.kind()).isEqualTo(kind);
        assertThat(refusal.reason()).contains(word);
        assertThat(List.of(refusal.by(), refusal.peer())).containsExactlyInAnyOrder("a", "b");
        assertThatThrownBy(() -> b.request("a", word("let me in"), BOUND))
                .asInstanceOf(type(RpcException.class))
                .extracting(RpcException::kind)
                .isEqualTo(RpcException.Kind.REFUSED);
        send(b, "a", word("please"));
        assertThat(host.heard).isEmpty();
        assertThat(guest.refused).as("told once").isEmpty();
        assertThat(guest.lost).as("what never was cannot be lost").isEmpty();
    }

    @Test
    void anOlderLifeOfAPeerIsRefusedAndOneThatIsAsNewIsNot() throws InterruptedException {
        var host = new Listener();
        node("a", host);
        speaksAndLeaves(host, new Hello(Hello.PROTOCOL, "cluster", "test", "b", 4, 7));
        speaksAndLeaves(host, new Hello(Hello.PROTOCOL, "cluster", "test", "b", 4, 7));
        var guest = new Listener();
        Node oldEpoch = node(new Hello(Hello.PROTOCOL, "cluster", "test", "b", 3, 8), guest);
        send(oldEpoch, "a", word("an old epoch"));
        assertThat(next(guest.refused).kind()).isEqualTo(Refusal.Kind.OLD_EPOCH);
        oldEpoch.close();
        Node oldLife = node(new Hello(Hello.PROTOCOL, "cluster", "test", "b", 5, 6), guest);
        send(oldLife, "a", word("an old life"));
        assertThat(next(guest.refused).kind()).isEqualTo(Refusal.Kind.OLD_INCARNATION);
        oldLife.close();
        speaksAndLeaves(host, new Hello(Hello.PROTOCOL, "cluster", "test", "b", 5, 7));
        assertThat(host.heard).isEmpty();
    }

    private void speaksAndLeaves(Listener host, Hello hello) throws InterruptedException {
        var guest = new Listener();
        Node b = node(hello, guest);
        send(b, "a", word(hello.toString()));
        host.hears(word(hello.toString()));
        b.close();
        assertThat(next(host.lost)).startsWith("b: ");
        assertThat(guest.refused).isEmpty();
    }

    @Test
    void aNewerLifeTakesThePlaceOfAnOlderOneThatHangs() throws InterruptedException {
        var host = new Listener();
        var oldGuest = new Listener();
        var newGuest = new Listener();
        Node a = node("a", host);
        Node old = node("b", oldGuest);
        send(old, "a", word("old"));
        host.hears(word("old"));
        Node young = node(new Hello(Hello.PROTOCOL, "cluster", "test", "b", 1, 2), newGuest);
        send(young, "a", word("new"));
        host.hears(word("new"));
        assertThat(next(host.lost)).startsWith("b: ");
        assertThat(next(oldGuest.lost)).startsWith("a: ");
        send(a, "b", word("to whom?"));
        newGuest.hears(word("to whom?"));
        send(old, "a", word("still here"));
        assertThat(host.heard).isEmpty();
        assertThat(oldGuest.heard).isEmpty();
        assertThat(host.lost).as("told once").isEmpty();
    }

    // ---- the end ----

    @Test
    void whatWasSentBeforeTheEndArrivesAndThenTheEndIsToldOnce() throws InterruptedException {
        var listener = new Listener();
        var other = new Listener();
        Node a = node("a", new Listener());
        node("b", listener);
        node("c", other);
        for (int i = 0; i < 300; i++) {
            send(a, "b", new Numbered(1, i, ""));
        }
        a.close();
        a.close();
        for (int i = 0; i < 300; i++) {
            listener.hears(new Numbered(1, i, ""));
        }
        assertThat(next(listener.lost)).startsWith("a: ");
        assertThat(listener.lost).isEmpty();
        assertThat(other.lost).as("one who never spoke with it").isEmpty();
    }

    @Test
    void bothSidesLearnOnceThatAPeerLeftWhoeverReachedOut() throws InterruptedException {
        var ofA = new Listener();
        var ofB = new Listener();
        Node a = node("a", ofA);
        Node b = node("b", ofB);
        send(a, "b", word("there"));
        ofB.hears(word("there"));
        send(b, "a", word("and back"));
        ofA.hears(word("and back"));
        b.close();
        assertThat(next(ofA.lost)).startsWith("b: ");
        assertThat(ofB.lost).as("who leaves knows").isEmpty();
        assertThat(ofA.lost).isEmpty();
    }

    @Test
    void aClosedNodeSendsNothingAndItsRequestsSaySo() throws InterruptedException {
        var ofA = new Listener();
        var ofB = new Listener();
        Node a = node("a", ofA);
        node("b", ofB);
        a.close();
        send(a, "b", word("from beyond"));
        assertThatThrownBy(() -> a.request("b", word("?"), BOUND))
                .asInstanceOf(type(RpcException.class))
                .extracting(RpcException::kind)
                .isEqualTo(RpcException.Kind.CLOSED);
        assertThat(ofB.heard).isEmpty();
        assertThat(ofA.lost).isEmpty();
    }

    @Test
    void aNameIsFreeAgainAfterItsNodeWasClosed() throws InterruptedException {
        var listener = new Listener();
        var second = new Listener();
        Node a = node("a", new Listener());
        Node b = node("b", listener);
        send(a, "b", word("first"));
        listener.hears(word("first"));
        b.close();
        node("b", second);
        assertThat(
                        Await.until(
                                () -> {
                                    send(a, "b", word("second"));
                                    return !second.heard.isEmpty();
                                },
                                BOUND))
                .isTrue();
        assertThat(listener.heard).isEmpty();
    }

    @Test
    void twoNodesThatReachForEachOtherAtOnceLoseNothing() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            var ofA = new Listener();
            var ofB = new Listener();
            Node a = join(hello("a"), ofA);
            Node b = join(hello("b"), ofB);
            int delay = round * 50;
            Thread other =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; i < delay; i++) {
                                    Thread.onSpinWait();
                                }
                                send(b, "a", word("first of b"));
                                send(b, "a", word("second of b"));
                            });
            send(a, "b", word("first of a"));
            send(a, "b", word("second of a"));
            ofB.hears(word("first of a"), word("second of a"));
            ofA.hears(word("first of b"), word("second of b"));
            other.join();
            assertThat(ofA.lost).as("round " + round).isEmpty();
            assertThat(ofB.lost).as("round " + round).isEmpty();
            a.close();
            b.close();
        }
    }

    @Test
    void nodesThatComeAndGoWhileOthersSendAreLostAsOftenAsTheyLeave() throws InterruptedException {
        int lives = 300;
        var lost = new AtomicInteger();
        var heard = new AtomicInteger();
        node(
                "a",
                new Receiver() {
                    @Override
                    public void receive(Address to, Message message) {
                        heard.incrementAndGet();
                    }

                    @Override
                    public void peerLost(String node, String reason) {
                        lost.incrementAndGet();
                    }
                });
        List<Thread> guests = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String name = "guest" + t;
            guests.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int life = 0; life < lives; life++) {
                                    try (Node guest =
                                            join(
                                                    new Hello(Hello.PROTOCOL, "cluster", "test", name, 1, life),
                                                    (_, _) -> {})) {
                                        send(guest, "a", word("hello"));
                                    }
                                }
                            }));
        }
        for (Thread guest : guests) {
            guest.join();
        }
        assertThat(Await.until(() -> lost.get() == 4 * lives && heard.get() == 4 * lives, BOUND))
                .as(() -> lost + " lost, " + heard + " heard")
                .isTrue();
    }

    // ---- requests ----

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
        byte[] bytes = new byte[(int) LIMITS.message().bytes() + 1];
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
        var all = new CountDownLatch(LIMITS.requests() / 2);
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
        int count = LIMITS.requests() / 2;
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
        var done = new CountDownLatch(LIMITS.requests() + 20);
        for (int i = 0; i < LIMITS.requests() + 20; i++) {
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
        assertThat(Await.until(() -> done.getCount() <= LIMITS.requests(), BOUND)).isTrue();
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

    // ---- streams ----

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
                assertThat(written.get() - read).isLessThanOrEqualTo(LIMITS.streamWindow().bytes() + slackBytes());
            }
            assertThat(Await.until(() -> written.get() >= LIMITS.streamWindow().bytes(), BOUND)).isTrue();
        }
        await(stopped);
    }

    /** What a stream may hold beyond its window: buffers of sockets, for one. */
    protected long slackBytes() {
        return 1_000;
    }

    @Test
    void aReaderThatClosesEarlyTellsTheWriter() throws IOException, InterruptedException {
        Node a = node("a", new Listener());
        var told = new LinkedBlockingQueue<IOException>();
        writer(out -> {
            try {
                while (true) {
                    out.write(new byte[1_000]);
                }
            } catch (IOException e) {
                told.add(e);
                throw e;
            }
        });
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
        writer(out -> {
            try {
                while (true) {
                    out.write(new byte[1_000]);
                }
            } catch (IOException e) {
                told.add(e);
            }
        });
        try (InputStream _ = a.open("b", word("?"), SHORT)) {
            assertThat(kindOf(next(told))).isEqualTo(RpcException.Kind.LATE);
        }
    }

    @Test
    void aStreamEndsForBothWhenOneOfThemLeaves() throws IOException, InterruptedException {
        var told = new LinkedBlockingQueue<IOException>();
        Writing endless =
                out -> {
                    try {
                        while (true) {
                            out.write(new byte[1_000]);
                        }
                    } catch (IOException e) {
                        told.add(e);
                    }
                };
        Node a = node("a", new Listener());
        Node b = writer(endless);
        try (InputStream stream = a.open("b", word("?"), BOUND)) {
            assertThat(stream.readNBytes(10)).hasSize(10);
            b.close();
            assertThatThrownBy(stream::readAllBytes)
                    .asInstanceOf(type(RpcException.class))
                    .extracting(RpcException::kind)
                    .isEqualTo(RpcException.Kind.UNREACHABLE);
            assertThat(next(told)).isNotNull();
        }
        writer(endless);
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
