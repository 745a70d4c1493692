package dev.capstan.kernel.actor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

@Tag("live")
class ActorLoopStressTest {
    private static final Address A = new Address("node", "a");
    private static final Address B = new Address("node", "b");
    private static final Address FAR = new Address("elsewhere", "x");
    private static final long BOUND_SECONDS = 30;

    private record Numbered(int sender, long number) implements Message {}

    private final BlockingQueue<Fault> faults = new LinkedBlockingQueue<>();

    private static Address at(String node) {
        return new Address(node, "actor");
    }

    private static void host(ActorLoop loop, Address address, Actor<Message> actor) {
        loop.host(address, actor, Operations.NONE, Journal.NONE);
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void twoLoopsTellEachOtherAMillionMessages() throws InterruptedException {
        long total = 1_000_000;
        int inFlight = 500;
        var toLeft = new AtomicReference<ActorLoop>();
        var toRight = new AtomicReference<ActorLoop>();
        var ended = new CountDownLatch(inFlight);
        try (var left = new ActorLoop("left", (_, to, message) -> toRight.get().tellNow(to, message), faults::add);
                var right =
                        new ActorLoop("right", (_, to, message) -> toLeft.get().tellNow(to, message), faults::add)) {
            toLeft.set(left);
            toRight.set(right);
            host(left, at("left"), passesOn(at("right"), total / inFlight, ended));
            host(right, at("right"), passesOn(at("left"), total / inFlight, ended));
            left.start();
            right.start();
            for (int i = 0; i < inFlight; i++) {
                left.tell(at("left"), new Numbered(i, 0));
            }
            await(ended);
            assertThat(faults).isEmpty();
        }
    }

    private static Actor<Message> passesOn(Address to, long times, CountDownLatch ended) {
        return (message, _) -> {
            var numbered = (Numbered) message;
            if (numbered.number == times) {
                ended.countDown();
                return List.of();
            }
            return List.of(new Effect.Send(to, new Numbered(numbered.sender, numbered.number + 1)));
        };
    }

    @Test
    void messagesToldWhileTheLoopClosesAreTakenInOrderOrRefusedAndNoneIsHalfDone() throws InterruptedException {
        int senders = 3;
        for (int round = 0; round < 100; round++) {
            List<Numbered> begun = new ArrayList<>();
            List<Message> done = new ArrayList<>();
            var loop = new ActorLoop("closing", (_, _, message) -> done.add(message), faults::add);
            host(
                    loop,
                    A,
                    (message, _) -> {
                        begun.add((Numbered) message);
                        return List.of(new Effect.Send(FAR, message));
                    });
            loop.start();
            long[] taken = new long[senders];
            List<Thread> threads = new ArrayList<>();
            for (int s = 0; s < senders; s++) {
                int sender = s;
                threads.add(
                        Thread.ofPlatform()
                                .start(() -> {
                                    while (loop.tell(A, new Numbered(sender, taken[sender]))) {
                                        taken[sender]++;
                                    }
                                }));
            }
            LockSupport.parkNanos(round * 10_000L);
            loop.close();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(loop.thread().isAlive()).isFalse();
            assertThat(done).isEqualTo(begun);
            long[] next = new long[senders];
            for (Numbered numbered : begun) {
                assertThat(numbered.number).isEqualTo(next[numbered.sender]++);
            }
            for (int s = 0; s < senders; s++) {
                assertThat(next[s]).isLessThanOrEqualTo(taken[s]);
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void aLoopThatEndsByItselfHasNoThreadAnyMoreOnceItIsClosed() {
        for (int round = 0; round < 3_000; round++) {
            var loop = new ActorLoop("brief", (_, _, _) -> {}, faults::add);
            host(
                    loop,
                    A,
                    (_, _) -> {
                        loop.close();
                        return List.of();
                    });
            loop.start();
            while (loop.tell(A, new Numbered(0, 0))) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < round; i++) {
                Thread.onSpinWait(); // to meet the thread at each step of its end
            }
            loop.close();
            assertThat(loop.thread().isAlive()).as("round " + round).isFalse();
        }
    }

    @Test
    void actorsComeAndGoWhileOthersAreTold() throws InterruptedException {
        var heard = new LinkedBlockingQueue<Message>();
        var steady = new CountDownLatch(20_000);
        try (var loop = new ActorLoop("hosting", (_, _, message) -> heard.add(message), faults::add)) {
            host(
                    loop,
                    A,
                    (_, _) -> {
                        steady.countDown();
                        return List.of();
                    });
            loop.start();
            Thread told =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; i < 20_000; i++) {
                                    loop.tell(A, new Numbered(1, i));
                                    loop.tell(B, new Numbered(2, -1));
                                }
                            });
            for (int life = 0; life < 2_000; life++) {
                int mine = life;
                host(
                        loop,
                        B,
                        (message, _) ->
                                message instanceof Numbered(int _, long number) && number >= 0
                                        ? List.of(new Effect.Send(FAR, new Numbered(mine, number)))
                                        : List.of(new Effect.Arm("t", Duration.ofHours(1), message)));
                loop.tell(B, new Numbered(0, life));
                loop.dismiss(B);
            }
            told.join();
            await(steady);
            for (int life = 0; life < 2_000; life++) {
                assertThat(heard.poll(BOUND_SECONDS, TimeUnit.SECONDS)).isEqualTo(new Numbered(life, life));
            }
            assertThat(faults).isEmpty();
        }
    }

    @Test
    void aLoopWithoutWorkSleeps() throws InterruptedException {
        try (var loop = new ActorLoop("idle", (_, _, _) -> {}, faults::add)) {
            var told = new CountDownLatch(1);
            host(
                    loop,
                    A,
                    (_, _) -> {
                        told.countDown();
                        return List.of(new Effect.Arm("t", Duration.ofHours(1), new Numbered(0, 0)));
                    });
            loop.start().tell(A, new Numbered(0, 0));
            await(told);
            long id = loop.thread().threadId();
            long before = ManagementFactory.getThreadMXBean().getThreadCpuTime(id);
            long until = System.nanoTime() + Duration.ofMillis(300).toNanos();
            while (System.nanoTime() < until) { // there is no other way to see that nothing is done for a while
                LockSupport.parkNanos(until - System.nanoTime());
            }
            long spent = ManagementFactory.getThreadMXBean().getThreadCpuTime(id) - before;
            assertThat(Duration.ofNanos(spent)).isLessThan(Duration.ofMillis(15));
        }
    }

    @Test
    void aWayOutThatThrowsIsTheFaultOfItsActorAndTheOthersGoOn() throws InterruptedException {
        var heard = new CountDownLatch(1);
        try (var loop =
                new ActorLoop(
                        "way-out",
                        (_, _, _) -> {
                            throw new IllegalArgumentException("the message is too large");
                        },
                        fault -> {
                            faults.add(fault);
                            throw new IllegalStateException("and the policy fails too");
                        })) {
            host(loop, A, (message, _) -> List.of(new Effect.Send(FAR, message)));
            host(
                    loop,
                    B,
                    (_, _) -> {
                        heard.countDown();
                        return List.of();
                    });
            loop.start().tell(A, new Numbered(0, 0));
            Fault fault = faults.poll(BOUND_SECONDS, TimeUnit.SECONDS);
            assertThat(fault).isNotNull();
            assertThat(fault.actor()).isEqualTo(A);
            assertThat(fault.cause()).hasMessage("the message is too large");
            loop.tell(B, new Numbered(0, 0));
            await(heard);
        }
    }

    @Test
    void aStallIsToldAgainWhenItIsANewOne() throws InterruptedException {
        var entered = new LinkedBlockingQueue<CountDownLatch>();
        try (var loop = new ActorLoop("stalling", (_, _, _) -> {}, faults::add);
                var watch = new StallWatch(Duration.ofSeconds(1))) {
            host(
                    loop,
                    A,
                    (_, _) -> {
                        var leave = new CountDownLatch(1);
                        entered.add(leave);
                        try {
                            await(leave);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        return List.of();
                    });
            loop.start();
            watch.watch(loop);
            for (int i = 0; i < 3; i++) {
                loop.tell(A, new Numbered(0, i));
                CountDownLatch leave = entered.poll(BOUND_SECONDS, TimeUnit.SECONDS);
                assertThat(leave).isNotNull();
                long later = System.nanoTime() + Duration.ofSeconds(5).toNanos();
                assertThat(watch.look(later)).containsOnlyKeys(loop);
                assertThat(watch.look(later)).isEmpty();
                leave.countDown();
                while (!loop.turnTaken(System.nanoTime()).isZero()) {
                    Thread.onSpinWait();
                }
                assertThat(watch.look(later)).as("between turns").isEmpty();
            }
        }
    }
}
