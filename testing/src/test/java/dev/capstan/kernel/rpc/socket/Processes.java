package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.Receiver;
import dev.capstan.testing.TransportContract.Numbered;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Nodes on transports of their own, as those of several processes, of which all know one secret. */
final class Processes implements AutoCloseable {
    /** What takes longer never comes. */
    static final Duration BOUND = Duration.ofSeconds(20);

    private final Secret secret = Secret.random();
    private final List<SocketTransport> transports = new ArrayList<>();

    /** For a node that knows the secret. */
    SocketSettings settings() {
        return SocketSettings.loopback(secret);
    }

    SocketNode node(String name, Receiver receiver, Map<String, InetSocketAddress> contacts) {
        return node(name, receiver, settings().withContacts(contacts));
    }

    SocketNode node(String name, Receiver receiver, SocketSettings settings) {
        return node(name, 1, receiver, settings);
    }

    SocketNode node(String name, long incarnation, Receiver receiver, SocketSettings settings) {
        var transport = new SocketTransport(settings, TestForms.ALL);
        transports.add(transport);
        return transport.join(new Hello(Hello.PROTOCOL, "app", "test", name, 1, incarnation), receiver);
    }

    static Message word(String text) {
        return new Numbered(0, 0, text);
    }

    static boolean answers(SocketNode from, String to) {
        try {
            return from.request(to, word("?"), BOUND).length == 1;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        transports.forEach(SocketTransport::close);
    }
}
