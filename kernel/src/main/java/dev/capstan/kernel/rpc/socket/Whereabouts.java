package dev.capstan.kernel.rpc.socket;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * Where other nodes listen: what this process knows of its own ones, what the settings say of contacts, what those said
 * who introduced themselves, and what contacts answer. Thread-safe; its lock is held for a look into a map.
 */
final class Whereabouts {
    /** Bounds the memory of a node that lives long while others come and go. */
    private static final int MOST_REMEMBERED = 65_536;

    private final SocketNode node;
    private final SocketTransport transport;
    private final SequencedMap<String, InetSocketAddress> said = new LinkedHashMap<>();

    /**
     * @param node asks the contacts
     */
    Whereabouts(SocketNode node, SocketTransport transport) {
        this.node = node;
        this.transport = transport;
    }

    /** Tells one of the two, at once or when a contact has answered. */
    void find(String peer, Consumer<InetSocketAddress> found, Consumer<String> failed) {
        InetSocketAddress known = known(peer);
        if (known != null) {
            found.accept(known);
        } else {
            ask(peer, new ArrayDeque<>(transport.settings().contacts().keySet()), found, failed);
        }
    }

    private void ask(String peer, Queue<String> contacts, Consumer<InetSocketAddress> found, Consumer<String> failed) {
        String contact = contacts.poll();
        if (contact == null) {
            failed.accept("there is no such node");
        } else if (contact.equals(node.name())) {
            ask(peer, contacts, found, failed);
        } else {
            node.ask(
                    contact,
                    new WhereIs(peer),
                    transport.settings().patience(),
                    answer -> {
                        InetSocketAddress where = WhereIs.fromAnswer(answer);
                        if (where == null) {
                            ask(peer, contacts, found, failed);
                        } else {
                            found.accept(where);
                        }
                    });
        }
    }

    /** The answer to a node that asks. */
    byte[] answer(WhereIs question) throws IOException {
        InetSocketAddress where = known(question.node());
        if (where == null) {
            throw new IOException(node.name() + " does not know where " + question.node() + " is");
        }
        return WhereIs.toBytes(where);
    }

    private @Nullable InetSocketAddress known(String peer) {
        InetSocketAddress member = transport.member(peer);
        if (member != null) {
            return member;
        }
        InetSocketAddress contact = transport.settings().contacts().get(peer);
        if (contact != null) {
            return contact; // it may be reached otherwise than it believes
        }
        synchronized (this) {
            return said.get(peer);
        }
    }

    synchronized void learn(Introduction peer) {
        said.putLast(peer.hello().node(), InetSocketAddress.createUnresolved(peer.host(), peer.port()));
        if (said.size() > MOST_REMEMBERED) {
            said.pollFirstEntry();
        }
    }

    /** It could not be reached there, so it may have moved. */
    synchronized void forget(String peer) {
        said.remove(peer);
    }
}
