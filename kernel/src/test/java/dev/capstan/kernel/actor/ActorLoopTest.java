package dev.capstan.kernel.actor;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

class ActorLoopTest {
    private static final Address A = new Address("node", "a");
    private static final Address B = new Address("node", "b");
    private static final Address FAR = new Address("elsewhere", "x");
    private static final Duration BOUND = Duration.ofSeconds(10);

    private record Word(String text) implements Message {}

    private record Beat(int number) implements Message {
        @Override
        public Delivery delivery() {
            return Delivery.LATEST;
        }
    }

    private record Note(String text) implements Entry {}

    private record Work(String text) implements Operation {}

    private record Sent(Address to, Message message) {}

    private final BlockingQueue<Sent> sent = new LinkedBlockingQueue<>();
    private final BlockingQueue<Fault> faults = new LinkedBlockingQueue<>();
    private final ActorLoop loop =
            new ActorLoop("test-loop", (_, to, message) -> sent.add(new Sent(to, message)), faults::add);

    @AfterEach
    void close() {
        loop.close();
    }

    private static Actor<Message> actor(Function<Message, List<Effect>> handler) {
        return (message, _) -> handler.apply(message);
    }

    private void host(Address address, Actor<Message> actor) {
        loop.host(address, actor, Operations.NONE, Journal.NONE);
    }

    private static Effect send(String text) {
        return new Effect.Send(FAR, new Word(text));
    }

    private String nextWord() throws InterruptedException {
        Sent next = sent.poll(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(next).as("a message within " + BOUND).isNotNull();
        return ((Word) next.message()).text();
    }

    @Test
    void effectsLeaveInTheOrderTheyWereGiven() throws InterruptedException {
        host(A, actor(_ -> List.of(send("1"), send("2"), send("3"))));
        loop.start().tell(A, new Word("go"));
        assertThat(List.of(nextWord(), nextWord(), nextWord())).containsExactly("1", "2", "3");
    }

    @Test
    void actorsOfOneLoopTellEachOtherWithoutTheWayOut() throws InterruptedException {
        host(A, actor(_ -> List.of(new Effect.Send(B, new Word("from a")))));
        host(B, actor(message -> List.of(send("b heard " + ((Word) message).text()))));
        loop.start().tell(A, new Word("go"));
        assertThat(nextWord()).isEqualTo("b heard from a");
    }

    @Test
    void nothingBehindAPersistLeavesBeforeItIsDurable() throws InterruptedException {
        var durable = new AtomicReference<Consumer<@Nullable Throwable>>();
        var asked = new CountDownLatch(1);
        loop.host(
                A,
                actor(message ->
                        ((Word) message).text().equals("go")
                                ? List.of(send("before"), new Effect.Persist(new Note("n")), send("after"))
                                : List.of(send("later"))),
                Operations.NONE,
                (_, done) -> {
                    durable.set(done);
                    asked.countDown();
                });
        loop.start().tell(A, new Word("go"));
        assertThat(nextWord()).isEqualTo("before");
        assertThat(asked.await(BOUND.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        loop.tell(A, new Word("more"));
        host(B, actor(_ -> List.of(send("b is not held up"))));
        loop.tell(B, new Word("go"));
        assertThat(nextWord()).isEqualTo("b is not held up");
        assertThat(sent).isEmpty();
        durable.get().accept(null);
        assertThat(List.of(nextWord(), nextWord())).containsExactly("after", "later");
    }

    @Test
    void whoWaitsUntilAllIsTakenWaitsAlsoForWhatStandsBehindAWrite() throws InterruptedException {
        var durable = new LinkedBlockingQueue<Consumer<@Nullable Throwable>>();
        loop.host(
                A,
                actor(_ -> List.of(new Effect.Persist(new Note("n")), send("last words"))),
                Operations.NONE,
                (_, done) -> durable.add(done));
        loop.start().tell(A, new Word("stop"));
        assertThat(loop.settle(Duration.ofMillis(50))).isFalse();
        durable.take().accept(null);
        assertThat(loop.settle(BOUND)).isTrue();
        assertThat(sent).extracting(Sent::message).containsExactly(new Word("last words"));
    }

    @Test
    void anEntryThatCannotBecomeDurableEndsItsActorAndNothingBehindItLeaves() throws InterruptedException {
        loop.host(
                A,
                actor(_ -> List.of(new Effect.Persist(new Note("n")), send("after"))),
                Operations.NONE,
                (_, done) -> done.accept(new IllegalStateException("disk full")));
        loop.start().tell(A, new Word("go"));
        Fault fault = faults.poll(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(fault).isNotNull();
        assertThat(fault.cause()).hasMessage("disk full");
        assertThat(sent).isEmpty();
    }

    @Test
    void aWayOutThatThrowsIsAFaultOfItsActorAndTheOthersGoOn() throws InterruptedException {
        loop.host(
                A,
                actor(_ -> List.of(send("never"))),
                Operations.NONE,
                Journal.NONE,
                (_, _, _) -> {
                    throw new IllegalStateException("no way out");
                });
        host(B, actor(_ -> List.of(send("b goes on"))));
        loop.start().tell(A, new Word("go"));
        Fault fault = faults.poll(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(fault).isNotNull();
        assertThat(fault.actor()).isEqualTo(A);
        loop.tell(B, new Word("go"));
        assertThat(nextWord()).isEqualTo("b goes on");
    }

    @Test
    void aJournalThatThrowsIsAFaultOfItsActorAndTheOthersGoOn() throws InterruptedException {
        loop.host(
                A,
                actor(_ -> List.of(new Effect.Persist(new Note("n")), send("never told"))),
                Operations.NONE,
                (_, _) -> {
                    throw new OutOfMemoryError("nothing left");
                });
        host(B, actor(_ -> List.of(send("b goes on"))));
        loop.start().tell(A, new Word("go"));
        Fault fault = faults.poll(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(fault).isNotNull();
        assertThat(fault.actor()).isEqualTo(A);
        assertThat(fault.cause()).hasMessage("nothing left");
        loop.tell(B, new Word("go"));
        assertThat(nextWord()).isEqualTo("b goes on");
    }

    @Test
    void aTimerFiresOnceAndOneOfTheSameNameReplacesIt() throws InterruptedException {
        host(
                A,
                actor(message ->
                        switch (((Word) message).text()) {
                            case "go" ->
                                    List.of(
                                            new Effect.Arm("t", Duration.ofMillis(1), new Word("old")),
                                            new Effect.Arm("t", Duration.ofMillis(5), new Word("new")),
                                            new Effect.Arm("u", Duration.ofMillis(2), new Word("never")),
                                            new Effect.Disarm("u"),
                                            new Effect.Arm("last", Duration.ofMillis(30), new Word("last")));
                            default -> List.of(send(((Word) message).text()));
                        }));
        loop.start().tell(A, new Word("go"));
        assertThat(List.of(nextWord(), nextWord())).containsExactly("new", "last");
    }

    @Test
    void anActorThatThrowsIsTakenOutWithItsFlightRecordAndTheOthersGoOn() throws InterruptedException {
        host(
                A,
                actor(_ -> {
                    throw new IllegalStateException("bug");
                }));
        host(B, actor(_ -> List.of(send("fine"))));
        loop.start();
        loop.tell(A, new Word("the last word"));
        Fault fault = faults.poll(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(fault).isNotNull();
        assertThat(fault.actor()).isEqualTo(A);
        assertThat(fault.flight()).anyMatch(line -> line.contains("the last word"));
        loop.tell(A, new Word("again"));
        loop.tell(B, new Word("go"));
        assertThat(nextWord()).isEqualTo("fine");
        assertThat(faults).isEmpty();
    }

    @Test
    void operationsAnswerWithMessages() throws InterruptedException {
        loop.host(
                A,
                actor(message ->
                        ((Word) message).text().equals("go")
                                ? List.of(new Effect.Perform(new Work("w")))
                                : List.of(send(((Word) message).text()))),
                (operation, reply) ->
                        Thread.ofVirtual().start(() -> reply.accept(new Word("done " + ((Work) operation).text()))),
                Journal.NONE);
        loop.start().tell(A, new Word("go"));
        assertThat(nextWord()).isEqualTo("done w");
    }

    @Test
    void ofMessagesThatReplaceEachOtherOnlyTheNewestArrives() throws InterruptedException {
        List<Message> got = new ArrayList<>();
        var entered = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        host(
                A,
                actor(message -> {
                    got.add(message);
                    if (message instanceof Word(var text) && text.equals("block")) {
                        entered.countDown();
                        awaitOrFail(leave);
                    }
                    return message instanceof Word(var text) && text.equals("end") ? List.of(send("end")) : List.of();
                }));
        loop.start().tell(A, new Word("block"));
        awaitOrFail(entered);
        for (int i = 0; i < 1000; i++) {
            loop.tell(A, new Beat(i));
        }
        loop.tell(A, new Word("end"));
        leave.countDown();
        assertThat(nextWord()).isEqualTo("end");
        assertThat(got).containsExactly(new Word("block"), new Beat(999), new Word("end"));
    }

    @Test
    void aSenderThatIsTooFastIsSlowedAndNothingIsLost() throws InterruptedException {
        var received = new CountDownLatch(100_000);
        host(
                A,
                actor(_ -> {
                    received.countDown();
                    return List.of();
                }));
        loop.start();
        int most = 0;
        for (int i = 0; i < 100_000; i++) {
            loop.tell(A, new Word("x"));
            most = Math.max(most, loop.waiting());
        }
        assertThat(received.await(BOUND.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        assertThat(most).isLessThanOrEqualTo(8_192);
    }

    @Test
    void theTurnEndsAfterWhatWaitedWasTaken() throws InterruptedException {
        var actor =
                new Actor<Message>() {
                    int taken;

                    @Override
                    public List<Effect> on(Message message, long nowNanos) {
                        taken++;
                        return List.of();
                    }

                    @Override
                    public List<Effect> endOfTurn(long nowNanos) {
                        int batch = taken;
                        taken = 0;
                        return List.of(send("batch of " + batch));
                    }
                };
        host(A, actor);
        loop.tell(A, new Word("1"));
        loop.tell(A, new Word("2"));
        loop.tell(A, new Word("3"));
        loop.start();
        assertThat(nextWord()).isEqualTo("batch of 3");
    }

    @Test
    void aClosedLoopTakesNothingAndItsThreadIsGone() {
        host(A, actor(_ -> List.of()));
        loop.start();
        loop.close();
        loop.close();
        assertThat(loop.tell(A, new Word("late"))).isFalse();
        assertThat(loop.thread().isAlive()).isFalse();
    }

    @Test
    void aTurnThatTakesTooLongIsNoticedOnce() throws InterruptedException {
        var entered = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        host(
                A,
                actor(_ -> {
                    entered.countDown();
                    awaitOrFail(leave);
                    return List.of();
                }));
        loop.start().tell(A, new Word("block"));
        awaitOrFail(entered);
        try (var watch = new StallWatch(Duration.ofSeconds(1))) {
            watch.watch(loop);
            long later = System.nanoTime() + Duration.ofSeconds(5).toNanos();
            assertThat(watch.look(later)).containsOnlyKeys(loop);
            assertThat(watch.look(later)).isEmpty();
        }
        leave.countDown();
    }

    private static void awaitOrFail(CountDownLatch latch) {
        try {
            assertThat(latch.await(BOUND.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
