package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.RpcException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The ways of a node, one for each peer, and which connection each of them gets; {@link Handshake} has the rule.
 *
 * <pre>
 *   wished for ──▶ settled: its connection is chosen ──▶ over
 *        └───────────────────────────────────────────────▶ over
 * </pre>
 *
 * <p>Users, handshakes and connections meet here from their own threads. The lock guards all of it: it is held for a
 * few steps in maps, never while anybody is told or waits.
 */
final class Ways {
    /** Bounds the memory of a node that lives long while others come and go. */
    private static final int MOST_REMEMBERED = 65_536;

    /** The peer may have any of them open still: one of which it has heard nothing it may have opened or not. */
    private static final int MOST_OVER = 8;

    private final SocketNode node;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Way> byPeer = new HashMap<>();

    /** Those that this node would make the connection of, and for which neither end has chosen one. */
    private final Map<String, Way> dials = new HashMap<>();

    /** Numbers of the last connections with a peer that are over. */
    private final SequencedMap<String, Deque<byte[]>> over = new LinkedHashMap<>();

    private boolean closed;

    Ways(SocketNode node) {
        this.node = node;
    }

    /** The way to a peer, which is made if there is none; null when the node has left. */
    @Nullable Way to(String peer) {
        lock.lock();
        try {
            if (closed) {
                return null;
            }
            Way known = byPeer.get(peer);
            if (known != null) {
                return known;
            }
            var made = new Way(node, peer, true);
            byPeer.put(peer, made);
            dials.put(peer, made);
            return made;
        } finally {
            lock.unlock();
        }
    }

    /** The way to a peer, or null if there is none. */
    @Nullable Way find(String peer) {
        lock.lock();
        try {
            return byPeer.get(peer);
        } finally {
            lock.unlock();
        }
    }

    /** The way is over. */
    void remove(Way way) {
        lock.lock();
        try {
            byPeer.remove(way.peer(), way);
            dials.remove(way.peer(), way);
            if (way.isSettled()) {
                remember(way);
            }
        } finally {
            lock.unlock();
        }
    }

    private void remember(Way way) {
        Deque<byte[]> numbers = over.getOrDefault(way.peer(), new ArrayDeque<>());
        numbers.addLast(way.connection());
        if (numbers.size() > MOST_OVER) {
            numbers.removeFirst();
        }
        over.putLast(way.peer(), numbers);
        if (over.size() > MOST_REMEMBERED) {
            over.pollFirstEntry();
        }
    }

    /** Numbers of the last connections with the peer that are over. */
    List<byte[]> over(String peer) {
        lock.lock();
        try {
            return List.copyOf(over.getOrDefault(peer, new ArrayDeque<>()));
        } finally {
            lock.unlock();
        }
    }

    /** Takes part in nothing new; answers with the ways there were, or null when it was closed before. */
    @Nullable List<Way> close() {
        lock.lock();
        try {
            if (closed) {
                return null;
            }
            closed = true;
            return new ArrayList<>(byPeer.values());
        } finally {
            lock.unlock();
        }
    }

    // ---- for handshakes ----

    /** Whether a connection from this peer is wanted. */
    boolean accepts(Introduction peer) {
        String name = peer.hello().node();
        lock.lock();
        try {
            if (dials.containsKey(name)) {
                return node.name().compareTo(name) > 0 && dials.remove(name) != null;
            }
            Way way = byPeer.get(name);
            return way == null || !way.isSettled() || way.isKnownToBeOver(peer);
        } finally {
            lock.unlock();
        }
    }

    /** The way that waits for a connection of the peer, which was let in; null if none does. */
    @Nullable Way waitingFor(String peer) {
        lock.lock();
        try {
            Way way = byPeer.get(peer);
            return way == null || way.isSettled() || dials.containsKey(peer) ? null : way;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the connection that was dialled for this way is the one to be used. */
    boolean choose(Way way, byte[] connection, Hello life) {
        lock.lock();
        try {
            if (!dials.remove(way.peer(), way) || way.isOver()) {
                return false;
            }
            way.settle(connection, life);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the dial for this way counted until now. */
    boolean giveUpDial(Way way) {
        lock.lock();
        try {
            return dials.remove(way.peer(), way);
        } finally {
            lock.unlock();
        }
    }

    /** The way that a connection belongs to which a peer has made and chosen. */
    Way welcome(Hello peer, byte[] connection) {
        String name = peer.node();
        Way older;
        Way way;
        boolean tooLate;
        lock.lock();
        try {
            older = byPeer.get(name);
            if (older != null && !older.isSettled()) {
                dials.remove(name);
                older.settle(connection, peer);
                return older;
            }
            way = new Way(node, name, false);
            way.settle(connection, peer);
            byPeer.put(name, way);
            tooLate = closed;
        } finally {
            lock.unlock();
        }
        if (older != null) {
            older.replace("another connection has taken its place");
        }
        if (tooLate) {
            way.end(RpcException.Kind.CLOSED, node.name() + " is closed", false);
        }
        return way;
    }
}
