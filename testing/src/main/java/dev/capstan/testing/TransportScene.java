package dev.capstan.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.Receiver;
import dev.capstan.kernel.rpc.Refusal;
import dev.capstan.kernel.rpc.RpcException;
import dev.capstan.testing.TransportContract.Numbered;

import org.junit.jupiter.api.AfterEach;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Nodes of a transport, and who listens on them, for the parts of its contract. */
abstract class TransportScene {
    static final Duration BOUND = Duration.ofSeconds(20);
    static final Duration SHORT = Duration.ofMillis(50);
    static final Address NOBODY = new Address("a", "test");

    final TransportContract transport;
    private final List<Node> joined = new ArrayList<>();

    TransportScene(TransportContract transport) {
        this.transport = transport;
    }

    @AfterEach
    void leave() {
        joined.forEach(Node::close);
    }

    /** Writes down what it hears, and serves what the test says. */
    static class Listener implements Receiver {
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

    static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(next).as("within " + BOUND).isNotNull();
        return next;
    }

    static Hello hello(String node) {
        return new Hello(Hello.PROTOCOL, "cluster", "test", node, 1, 1);
    }

    final Node node(Hello hello, Receiver receiver) {
        Node node = transport.join(hello, receiver);
        joined.add(node);
        return node;
    }

    final Node node(String name, Receiver receiver) {
        return node(hello(name), receiver);
    }

    static Message word(String text) {
        return new Numbered(0, 0, text);
    }

    static void send(Node from, String to, Message message) {
        from.send(NOBODY, new Address(to, "actor"), message);
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(BOUND.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static RpcException.Kind kindOf(Throwable failure) {
        assertThat(failure).isInstanceOf(RpcException.class);
        return ((RpcException) failure).kind();
    }
}
