package dev.capstan.devcluster.mesos.election;

import dev.capstan.ha.zookeeper.ZooKeeperPlace;

import org.apache.zookeeper.AsyncCallback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * One session with ZooKeeper of a master that contends, or of somebody who wants to know who leads. Each master keeps a
 * node named {@code json.info_} and a number, which says in JSON how it is reached; the lowest number leads.
 *
 * <p>When the session is over, whether ZooKeeper says so or has not been reached for as long as a session lasts, this
 * object is used up, and says so once. All is told on one thread of the session, which must not be made to wait.
 */
public final class Candidacy implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Candidacy.class.getName());
    private static final String NODE = "json.info_";
    private static final String NOWHERE = "127.0.0.1:1";

    /** Who wants to know. */
    public interface Listener {
        /**
         * Another one leads than before.
         *
         * @param leader what it says of itself; empty if nobody leads
         * @param isUs whether it is the one that contends here
         */
        void leads(Optional<String> leader, boolean isUs);

        /** The session is over, and with it the node. */
        void sessionEnded();
    }

    /** A session that can end as that of a process that was killed: without a word to ZooKeeper. */
    private static final class Session extends ZooKeeper {
        Session(ZooKeeperPlace place, Watcher watcher) throws IOException {
            super(place.servers(), Math.toIntExact(place.sessionTimeout().toMillis()), watcher);
        }

        /** The client only knows how to part in order; so it is sent where nobody is, and parts there. */
        void abandon() throws IOException {
            updateServerList(NOWHERE);
            close();
        }

        @Override
        public void close() {
            try {
                super.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final ZooKeeperPlace place;
    private final Optional<String> own;
    private final Listener listener;
    private final Session session;
    private final Executor whenItMustBeOver;
    private String ownNode = "";
    private String leader = "";
    private boolean isKnown;
    private boolean isOver;
    private boolean isConnected;
    private int disconnections;

    /**
     * @param own what the master says of itself; empty for somebody who only watches
     */
    public Candidacy(ZooKeeperPlace place, Optional<String> own, Listener listener) {
        this.place = place;
        this.own = own;
        this.listener = listener;
        this.whenItMustBeOver =
                CompletableFuture.delayedExecutor(place.sessionTimeout().toNanos(), TimeUnit.NANOSECONDS);
        synchronized (this) { // its events may come before it is here
            try {
                this.session = new Session(place, this::onEvent);
            } catch (IOException e) {
                throw new UncheckedIOException("no session with ZooKeeper at " + place, e);
            }
        }
        if (!place.digest().isEmpty()) {
            session.addAuthInfo("digest", place.digest().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void onEvent(WatchedEvent event) {
        switch (event.getState()) {
            case SyncConnected -> {
                if (event.getType() == Watcher.Event.EventType.None) {
                    onConnected();
                } else {
                    look();
                }
            }
            case Disconnected -> onDisconnected();
            case Expired, Closed, AuthFailed -> endOnce();
            default -> LOG.log(System.Logger.Level.DEBUG, "ZooKeeper says {0}", event);
        }
    }

    private synchronized void onConnected() {
        isConnected = true;
        if (ownNode.isEmpty() && own.isPresent()) {
            makeParents(place.path().indexOf('/', 1));
        } else {
            look();
        }
    }

    private synchronized void onDisconnected() {
        isConnected = false;
        int number = ++disconnections;
        whenItMustBeOver.execute(() -> {
            if (isStillDisconnected(number)) {
                endOnce();
            }
        });
    }

    private synchronized boolean isStillDisconnected(int number) {
        return !isConnected && disconnections == number;
    }

    /** Makes the nodes above, from the top, and then the own one. */
    private void makeParents(int slash) {
        String path = slash < 0 ? place.path() : place.path().substring(0, slash);
        AsyncCallback.StringCallback made =
                (code, _, _, _) -> {
                    if (isFailure(Code.get(code), Code.NODEEXISTS)) {
                        endOnce();
                    } else if (slash < 0) {
                        contend();
                    } else {
                        makeParents(place.path().indexOf('/', slash + 1));
                    }
                };
        session.create(path, new byte[0], acl(), CreateMode.PERSISTENT, made, null);
    }

    private void contend() {
        AsyncCallback.StringCallback made =
                (code, _, _, name) -> {
                    if (isFailure(Code.get(code), Code.OK)) {
                        endOnce(); // whether the node is there is not known: it ends with the session
                    } else {
                        setOwnNode(name.substring(name.lastIndexOf('/') + 1));
                        look();
                    }
                };
        session.create(
                place.path() + "/" + NODE,
                own.orElseThrow().getBytes(StandardCharsets.UTF_8),
                acl(),
                CreateMode.EPHEMERAL_SEQUENTIAL,
                made,
                null);
    }

    private List<ACL> acl() {
        Id owner = place.digest().isEmpty() ? new Id("world", "anyone") : new Id("auth", "");
        return Collections.singletonList(new ACL(ZooDefs.Perms.ALL, owner)); // the client asks whether null is in it
    }

    private synchronized void setOwnNode(String name) {
        ownNode = name;
    }

    private static boolean isFailure(Code code, Code allowed) {
        return code != Code.OK && code != allowed;
    }

    /** Looks who leads, and watches for a change. A lost connection needs no care: the next one looks again. */
    private void look() {
        AsyncCallback.ChildrenCallback seen =
                (code, _, _, nodes) -> {
                    if (Code.get(code) == Code.OK) {
                        onNodes(nodes);
                    } else if (Code.get(code) == Code.NONODE) {
                        awaitPath();
                    }
                };
        session.getChildren(place.path(), true, seen, null);
    }

    /** No master has ever contended: the watch tells when the first one does. */
    private void awaitPath() {
        tellLeader("", Optional.empty());
        AsyncCallback.StatCallback seen =
                (code, _, _, _) -> {
                    if (Code.get(code) == Code.OK) {
                        look(); // it came in between
                    }
                };
        session.exists(place.path(), true, seen, null);
    }

    private void onNodes(List<String> nodes) {
        Optional<String> lowest = nodes.stream().filter(node -> node.startsWith(NODE)).min(Comparator.naturalOrder());
        if (lowest.isEmpty()) {
            tellLeader("", Optional.empty());
            return;
        }
        AsyncCallback.DataCallback read =
                (code, _, _, data, _) -> {
                    if (Code.get(code) == Code.OK) {
                        tellLeader(lowest.get(), Optional.of(new String(data, StandardCharsets.UTF_8)));
                    } else if (Code.get(code) == Code.NONODE) {
                        look();
                    }
                };
        session.getData(place.path() + "/" + lowest.get(), false, read, null);
    }

    private void tellLeader(String node, Optional<String> says) {
        boolean isUs;
        synchronized (this) {
            if (isOver || isKnown && leader.equals(node)) {
                return;
            }
            isKnown = true;
            leader = node;
            isUs = !node.isEmpty() && node.equals(ownNode);
        }
        listener.leads(says, isUs);
    }

    private void endOnce() {
        synchronized (this) {
            if (isOver) {
                return;
            }
            isOver = true;
        }
        session.close();
        listener.sessionEnded();
    }

    /** Falls silent as a process that was killed: the node stays until ZooKeeper gives the session up. */
    public void abandon() {
        synchronized (this) {
            isOver = true;
        }
        try {
            session.abandon();
        } catch (IOException e) {
            throw new UncheckedIOException("the session with ZooKeeper at " + place + " could not be left", e);
        }
    }

    /** Ends the session at once, and the node with it. */
    @Override
    public void close() {
        synchronized (this) {
            if (isOver) {
                return;
            }
            isOver = true;
        }
        session.close();
    }
}
