package dev.capstan.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.Receiver;
import dev.capstan.testing.TransportContract.Beat;
import dev.capstan.testing.TransportContract.Numbered;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** How messages get to their receivers. */
abstract class MessageContract extends TransportScene {
    MessageContract(TransportContract transport) {
        super(transport);
    }

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
                    if (!next[numbered.sender()].compareAndSet(numbered.number(), numbered.number() + 1)) {
                        wrong.set(numbered + " instead of " + next[numbered.sender()]);
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
        assumeTrue(transport.hang(b), "nothing waits in this transport");
        try {
            boolean wasWritable = a.isWritable("b");
            String big = "x".repeat(1_000);
            for (int i = 0; i < 100 * TransportContract.LIMITS.waitingMessages() && listener.lost.isEmpty(); i++) {
                send(a, "b", new Numbered(1, i, big));
                if (wasWritable && !a.isWritable("b")) {
                    assertThat(listener.lost).as("a sender that can hold back has the time to").isEmpty();
                    wasWritable = false;
                }
            }
            assertThat(wasWritable).isFalse();
            assertThat(next(listener.lost)).startsWith("b: ");
        } finally {
            transport.goOn(b);
        }
    }

    @Test
    void ofMessagesThatReplaceEachOtherOnlyTheNewestWaitsForAPeerThatHangs() throws InterruptedException {
        var listener = new Listener();
        Node a = node("a", new Listener());
        Node b = node("b", listener);
        send(a, "b", word("we know each other"));
        listener.hears(word("we know each other"));
        assumeTrue(transport.hang(b), "nothing waits in this transport");
        int beats = 100 * TransportContract.LIMITS.waitingMessages();
        for (int i = 1; i <= beats; i++) {
            send(a, "b", new Beat(i));
        }
        transport.goOn(b);
        Message last;
        int heard = 0;
        do {
            last = next(listener.heard);
            heard++;
        } while (!last.equals(new Beat(beats)));
        assertThat(heard).isLessThan(beats);
    }
}
