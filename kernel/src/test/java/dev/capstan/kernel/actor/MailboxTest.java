package dev.capstan.kernel.actor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

class MailboxTest {
    private static final Address A = new Address("node", "a");
    private static final Address B = new Address("node", "b");

    private record Word(String text) implements Message {}

    private record Beat(String of, int number) implements Message {
        @Override
        public Delivery delivery() {
            return Delivery.LATEST;
        }

        @Override
        public Object latestKey() {
            return of;
        }
    }

    private final Mailbox mailbox = new Mailbox(4);

    private void put(Address to, Message message) {
        assertThat(mailbox.put(to, message, false)).isTrue();
    }

    private void holds(Mailbox.Plain... expected) {
        for (Mailbox.Plain next : expected) {
            assertThat(mailbox.poll()).isEqualTo(next);
        }
        assertThat(mailbox.poll()).isNull();
        assertThat(mailbox.waiting()).isZero();
    }

    private static Mailbox.Plain plain(Address to, Message message) {
        return new Mailbox.Plain(to, message);
    }

    @Test
    void messagesWaitInTheOrderOfTheirArrival() {
        put(A, new Word("1"));
        put(B, new Word("2"));
        put(A, new Word("1"));
        assertThat(mailbox.waiting()).isEqualTo(3);
        holds(plain(A, new Word("1")), plain(B, new Word("2")), plain(A, new Word("1")));
    }

    @Test
    void theNewestOfEachKeyAndReceiverTakesThePlaceOfTheOlder() {
        put(A, new Beat("x", 1));
        put(A, new Word("between"));
        put(A, new Beat("y", 1));
        put(B, new Beat("x", 7));
        put(A, new Beat("x", 2));
        holds(
                plain(A, new Beat("x", 2)),
                plain(A, new Word("between")),
                plain(A, new Beat("y", 1)),
                plain(B, new Beat("x", 7)));
        put(A, new Beat("x", 3));
        holds(plain(A, new Beat("x", 3)));
    }

    @Test
    void whoMustNotBeSlowedIsNotAndWhatReplacesIsNeither() {
        for (int i = 0; i < 10; i++) {
            put(A, new Word("w"));
        }
        assertThat(mailbox.put(A, new Beat("x", 1), true)).isTrue();
        assertThat(mailbox.waiting()).isEqualTo(11);
    }

    @Test
    void aClosedMailboxTakesNothing() {
        put(A, new Beat("x", 1));
        mailbox.close();
        assertThat(mailbox.closed()).isTrue();
        assertThat(mailbox.put(A, new Word("late"), true)).isFalse();
        assertThat(mailbox.put(A, new Beat("x", 2), true)).isFalse();
        assertThat(mailbox.put(A, new Beat("z", 2), false)).isFalse();
        mailbox.await(Long.MAX_VALUE); // returns at once
    }

    @Test
    void anInterruptOfTheLoopWakesItOnceAndDoesNotKeepItAwake() {
        Thread.currentThread().interrupt();
        mailbox.await(Long.MAX_VALUE); // returns at once
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    @Tag("live")
    void aSenderThatIsSlowedGoesOnWhenThereIsRoomWhenItIsInterruptedAndWhenTheMailboxCloses()
            throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            put(A, new Word("w"));
        }
        Thread patient = slowed(true);
        mailbox.poll();
        patient.join();
        assertThat(mailbox.waiting()).isEqualTo(4);
        Thread interrupted = slowed(true);
        interrupted.interrupt();
        interrupted.join();
        assertThat(mailbox.waiting()).as("its message is not lost").isEqualTo(5);
        Thread refused = slowed(false);
        mailbox.close();
        refused.join();
        assertThat(mailbox.waiting()).isEqualTo(5);
        assertThat(wrong).isFalse();
    }

    private final AtomicBoolean wrong = new AtomicBoolean();

    private Thread slowed(boolean expected) throws InterruptedException {
        var begun = new CountDownLatch(1);
        Thread sender =
                Thread.ofPlatform()
                        .start(() -> {
                            begun.countDown();
                            if (mailbox.put(A, new Word("more"), true) != expected) {
                                wrong.set(true);
                            }
                        });
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        while (sender.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait();
        }
        return sender;
    }

    @Test
    @Tag("live")
    void noMessageSleepsThroughItsArrival() throws InterruptedException {
        int count = 100_000;
        var taken = new AtomicInteger();
        Thread loop =
                Thread.ofPlatform()
                        .start(() -> {
                            while (taken.get() < count) {
                                if (mailbox.poll() == null) {
                                    mailbox.await(Long.MAX_VALUE);
                                } else {
                                    taken.incrementAndGet();
                                }
                            }
                        });
        for (int i = 0; i < count; i++) {
            mailbox.put(A, new Word("w"), true);
        }
        loop.join(20_000);
        assertThat(taken).hasValue(count);
    }
}
