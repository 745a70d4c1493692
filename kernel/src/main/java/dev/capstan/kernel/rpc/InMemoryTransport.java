package dev.capstan.kernel.rpc;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.collection.Newest;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Nodes within one process. A message is handed to its receiver by the thread that sends it, as it is: nothing waits
 * here, so every node is writable at all times, and what waits for a slow receiver is bounded by its own mailbox.
 */
public final class InMemoryTransport implements Transport {
    private static final System.Logger LOG = System.getLogger(InMemoryTransport.class.getName());

    /** Beyond them, the oldest is told again when it is refused again. */
    private static final int MOST_REFUSED = 1_000;

    private final RpcLimits limits;
    private final ConcurrentMap<String, Member> members = new ConcurrentHashMap<>();

    /** Held while a way is made and while a node leaves, so that none is made to one that has left. */
    private final Object ways = new Object();

    public InMemoryTransport() {
        this(RpcLimits.DEFAULT);
    }

    public InMemoryTransport(RpcLimits limits) {
        this.limits = limits;
    }

    @Override
    public Node join(Hello hello, Receiver receiver) {
        var member = new Member(hello, receiver);
        while (true) {
            Member other = members.putIfAbsent(hello.node(), member);
            if (other == null) {
                return member;
            }
            if (!hello.isNewerThan(other.hello)) {
                throw new IllegalArgumentException(
                        "there is a node named " + hello.node() + " already, and " + hello + " is not newer");
            }
            other.leave("a newer life of it has taken its place", true);
            members.remove(hello.node(), other);
        }
    }

    private final class Member implements Node {
        private final Hello hello;
        private final Receiver receiver;
        private final Acquaintances acquaintances;
        private final ConcurrentMap<String, Way> waysByPeer = new ConcurrentHashMap<>();

        /** The life of each peer that was refused last, which is told once. */
        private final Map<String, Hello> refused = Collections.synchronizedMap(new Newest<>(MOST_REFUSED));

        private volatile boolean left;

        Member(Hello hello, Receiver receiver) {
            this.hello = hello;
            this.receiver = receiver;
            this.acquaintances = new Acquaintances(hello);
        }

        @Override
        public String name() {
            return hello.node();
        }

        @Override
        public RpcLimits limits() {
            return limits;
        }

        @Override
        public void send(Address from, Address to, Message message) {
            Way way = waysByPeer.get(to.node());
            if (way == null || way.isOver()) {
                way = tryWayTo(to.node());
                if (way == null) {
                    return;
                }
            }
            way.peerOf(this).receiver.receive(to, message);
        }

        @Override
        public boolean isWritable(String node) {
            return true;
        }

        @Override
        public void ask(String node, Message request, Duration deadline, Consumer<Answer> told) {
            Thread.ofVirtual().name("ask-" + node).start(() -> told.accept(answer(node, request, deadline)));
        }

        private Answer answer(String node, Message request, Duration deadline) {
            try {
                return new Answer.Bytes(request(node, request, deadline));
            } catch (RpcException e) {
                return new Answer.Failure(e);
            } catch (IOException e) {
                return new Answer.Failure(failure(RpcException.Kind.FAILED, node, e.toString()));
            }
        }

        @Override
        public byte[] request(String node, Message request, Duration deadline) throws IOException {
            Way way = wayTo(node);
            var answer = new CompletableFuture<byte[]>();
            var exchange = new Exchange(this, answer::completeExceptionally);
            way.begin(exchange);
            try {
                Member peer = way.peerOf(this);
                Thread.ofVirtual().name("serve-" + node).start(() -> peer.serve(request, answer));
                return answer.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                throw failure(RpcException.Kind.LATE, node, "it has not answered within " + deadline, e);
            } catch (ExecutionException e) {
                var cause = (RpcException) e.getCause();
                throw failure(cause.kind(), node, String.valueOf(cause.getMessage()), cause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("interrupted while asking " + node).initCause(e);
            } finally {
                way.end(exchange);
            }
        }

        /** On a thread of its own; an answer that comes too late meets a future that nobody looks at. */
        private void serve(Message request, CompletableFuture<byte[]> answer) {
            try {
                byte[] bytes = receiver.serve(request);
                if (bytes.length > limits.message().bytes()) {
                    answer.completeExceptionally(
                            new RpcException(
                                    RpcException.Kind.TOO_LARGE,
                                    "the answer has "
                                            + bytes.length
                                            + " bytes, but a message at most "
                                            + limits.message()
                                            + "; have it streamed"));
                } else {
                    answer.complete(bytes);
                }
            } catch (Throwable e) { // whatever it is, the peer waits for an answer
                answer.completeExceptionally(new RpcException(RpcException.Kind.FAILED, words(e)));
            }
        }

        @Override
        public InputStream open(String node, Message request, Duration patience) throws IOException {
            Way way = wayTo(node);
            var pipe = new Pipe((int) limits.streamWindow().bytes(), patience);
            var exchange = new Exchange(this, pipe::fail);
            way.begin(exchange);
            Member peer = way.peerOf(this);
            Thread.ofVirtual()
                    .name("stream-" + node)
                    .start(() -> {
                        try {
                            peer.receiver.stream(request, pipe.sink());
                            pipe.finish();
                        } catch (Throwable e) { // whatever it is, the peer waits for the end
                            pipe.fail(failure(RpcException.Kind.FAILED, node, words(e)));
                        } finally {
                            way.end(exchange);
                        }
                    });
            return pipe.source();
        }

        @Override
        public void close() {
            leave("it left", false);
        }

        void leave(String reason, boolean isTold) {
            List<Way> mine;
            synchronized (ways) {
                if (left) {
                    return;
                }
                left = true;
                mine = List.copyOf(waysByPeer.values());
            }
            mine.forEach(way -> way.end(this, reason, isTold));
            members.remove(name(), this);
        }

        /** For messages, whose sender does not wait: whoever hears of lost peers is told instead. */
        private @Nullable Way tryWayTo(String node) {
            try {
                return wayTo(node);
            } catch (RpcException e) {
                switch (e.kind()) {
                    case REFUSED, CLOSED -> LOG.log(System.Logger.Level.DEBUG, "{0} sends nothing: {1}", name(), e);
                    default -> tellLost(node, String.valueOf(e.getMessage()));
                }
                return null;
            }
        }

        private Way wayTo(String node) throws RpcException {
            Hello peersHello;
            Optional<Refusal> refusal;
            synchronized (ways) {
                if (left) {
                    throw new RpcException(RpcException.Kind.CLOSED, name() + " is closed");
                }
                Way known = waysByPeer.get(node);
                if (known != null && !known.isOver()) {
                    return known;
                }
                Member peer = members.get(node);
                if (peer == null || peer.left) {
                    throw failure(RpcException.Kind.UNREACHABLE, node, "there is no such node");
                }
                refusal = peer.acquaintances.meet(hello).or(() -> acquaintances.meet(peer.hello));
                if (refusal.isEmpty()) {
                    var way = new Way(this, peer);
                    waysByPeer.put(node, way);
                    peer.waysByPeer.put(name(), way);
                    return way;
                }
                peersHello = peer.hello;
            }
            if (!peersHello.equals(refused.put(node, peersHello))) {
                LOG.log(System.Logger.Level.INFO, "{0}", refusal.get());
                receiver.peerRefused(refusal.get());
            }
            throw new RpcException(RpcException.Kind.REFUSED, refusal.get().toString());
        }

        void tellLost(String node, String reason) {
            try {
                receiver.peerLost(node, reason);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, name() + " failed to hear that " + node + " is lost", e);
            }
        }

        private static RpcException failure(RpcException.Kind kind, String node, String what) {
            return new RpcException(kind, node + ": " + what);
        }

        private static RpcException failure(RpcException.Kind kind, String node, String what, Throwable cause) {
            RpcException failure = failure(kind, node, what);
            failure.initCause(cause);
            return failure;
        }

        private static String words(Throwable e) {
            String message = e.getMessage();
            return e instanceof IOException && message != null ? message : e.toString();
        }
    }

    /** A request or a stream under way. */
    private record Exchange(Member asker, Consumer<RpcException> fails) {}

    /** What two nodes have between them, from the first word until one leaves. */
    private final class Way {
        private final Member one;
        private final Member other;
        private final AtomicBoolean over = new AtomicBoolean();
        private final Set<Exchange> exchanges = ConcurrentHashMap.newKeySet();

        /** For exchanges that may begin: many threads begin them at once, and no more may than are allowed. */
        private final Semaphore places = new Semaphore(limits.requests());

        Way(Member one, Member other) {
            this.one = one;
            this.other = other;
        }

        boolean isOver() {
            return over.get();
        }

        Member peerOf(Member member) {
            return member == one ? other : one;
        }

        void begin(Exchange exchange) throws RpcException {
            String peer = peerOf(exchange.asker).name();
            if (!places.tryAcquire()) {
                throw Member.failure(
                        RpcException.Kind.TOO_MANY, peer, limits.requests() + " requests are under way already");
            }
            exchanges.add(exchange);
            if (isOver()) { // nobody may look at it any more
                end(exchange);
                throw Member.failure(RpcException.Kind.UNREACHABLE, peer, "it has just left");
            }
        }

        void end(Exchange exchange) {
            if (exchanges.remove(exchange)) {
                places.release();
            }
        }

        void end(Member leaver, String reason, boolean leaverIsTold) {
            if (!over.compareAndSet(false, true)) {
                return;
            }
            Member peer = peerOf(leaver);
            leaver.waysByPeer.remove(peer.name(), this);
            peer.waysByPeer.remove(leaver.name(), this);
            for (Exchange exchange : exchanges) {
                exchange.fails.accept(
                        exchange.asker == leaver
                                ? new RpcException(RpcException.Kind.CLOSED, leaver.name() + " was closed")
                                : new RpcException(RpcException.Kind.UNREACHABLE, reason));
            }
            if (peer != leaver) {
                peer.tellLost(leaver.name(), reason);
            }
            if (leaverIsTold) {
                leaver.tellLost(peer.name(), reason);
            }
        }
    }
}
