package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.collection.Newest;
import dev.capstan.kernel.rpc.Acquaintances;
import dev.capstan.kernel.rpc.Answer;
import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.InMemoryTransport;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.Receiver;
import dev.capstan.kernel.rpc.Refusal;
import dev.capstan.kernel.rpc.RpcException;
import dev.capstan.kernel.rpc.RpcLimits;
import dev.capstan.kernel.rpc.StreamSink;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** This process on a {@link SocketTransport}: where it listens, its ways to others, and who may come. */
public final class SocketNode implements Node {
    private static final System.Logger LOG = System.getLogger(SocketNode.class.getName());

    /** Beyond a message's own bytes: names and numbers around it. */
    private static final int FRAME_SLACK = 128 << 10;

    private static final Duration CROSSED_PAUSE = Duration.ofMillis(100);

    /** Beyond them, the oldest is told again when it is refused again. */
    private static final int MOST_REFUSALS = 1_000;

    private static final int BACKLOG = 1_024;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 << 10, 512 << 10);
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(3);

    private final SocketTransport transport;
    private final SocketSettings settings;
    private final Hello hello;
    private final Receiver receiver;
    private final Frames frames;
    private final Acquaintances acquaintances;
    private final Ways ways = new Ways(this);
    private final Whereabouts whereabouts;
    private final Rejections rejections;
    private final AtomicInteger strangers = new AtomicInteger();

    /** What each peer was refused for last, which is told once. */
    private final Map<String, Refusal> refusals = Collections.synchronizedMap(new Newest<>(MOST_REFUSALS));

    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Channel server;
    private final InetSocketAddress address;

    /** A node that speaks to itself does so in memory. */
    private final Node self;

    private volatile boolean admits = true;

    SocketNode(SocketTransport transport, Hello hello, Receiver receiver) throws IOException {
        this.transport = transport;
        this.settings = transport.settings();
        this.hello = hello;
        this.receiver = receiver;
        this.frames = new Frames(transport.codec(), settings.limits());
        this.acquaintances = new Acquaintances(hello);
        this.whereabouts = new Whereabouts(this, transport);
        this.rejections = new Rejections(hello.node());
        this.self = new InMemoryTransport(settings.limits()).join(hello, receiver);
        this.server = listen();
        this.address = new InetSocketAddress(settings.host(), ((InetSocketAddress) server.localAddress()).getPort());
    }

    private Channel listen() throws IOException {
        ChannelFuture bound = bind(settings.port());
        if (!bound.isSuccess() && settings.otherPort() && settings.port() != 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} listens at another port than the one that it was given, {1}: {2}",
                    hello.node(),
                    Integer.toString(settings.port()),
                    words(bound.cause()));
            bound = bind(0);
        }
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen at " + settings.bindHost() + ":" + settings.port() + ": " + words(bound.cause()),
                    bound.cause());
        }
        return bound.channel();
    }

    private ChannelFuture bind(int port) {
        return new ServerBootstrap()
                .group(transport.group())
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(
                        new ChannelInitializer<Channel>() {
                            @Override
                            protected void initChannel(Channel channel) {
                                dialled(channel);
                            }
                        })
                .bind(settings.bindHost(), port)
                .awaitUninterruptibly();
    }

    private static String words(Throwable cause) {
        return cause instanceof UnresolvedAddressException
                ? "there is no such host"
                : String.valueOf(cause.getMessage());
    }

    @Override
    public String name() {
        return hello.node();
    }

    /** Where others reach this node. */
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public RpcLimits limits() {
        return settings.limits();
    }

    // ---- the contract of a node ----

    @Override
    public void send(Address from, Address to, Message message) {
        String peer = to.node();
        if (peer.equals(name())) {
            self.send(from, to, message);
            return;
        }
        byte[] frame = frames.message(to, message);
        Object latestKey = message.delivery() == Message.Delivery.LATEST ? new Latest(to, message) : null;
        Way way;
        do {
            way = ways.to(peer);
        } while (way != null && !way.send(frame, latestKey));
    }

    /** Of messages to one actor that are of one class, those with equal keys replace each other. */
    private record Latest(Address to, Class<?> type, Object key) {
        Latest(Address to, Message message) {
            this(to, message.getClass(), message.latestKey());
        }
    }

    @Override
    public boolean isWritable(String node) {
        Way way = ways.find(node);
        return way == null || way.isWritable();
    }

    @Override
    public void ask(String node, Message request, Duration deadline, Consumer<Answer> told) {
        try {
            if (node.equals(name())) {
                self.ask(node, request, deadline, told);
            } else {
                existingWayTo(node).questions().ask(request, deadline, told);
            }
        } catch (RpcException e) {
            told.accept(new Answer.Failure(e));
        }
    }

    @Override
    public byte[] request(String node, Message request, Duration deadline) throws IOException {
        var answer = new CompletableFuture<Answer>();
        ask(node, request, deadline, answer::complete);
        try {
            return switch (answer.get(deadline.plus(settings.patience()).toNanos(), TimeUnit.NANOSECONDS)) {
                case Answer.Bytes(var bytes) -> bytes;
                case Answer.Failure(var cause) ->
                        throw new RpcException(cause.kind(), String.valueOf(cause.getMessage()));
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while asking " + node).initCause(e);
        } catch (TimeoutException | ExecutionException e) {
            throw (IOException)
                    new RpcException(RpcException.Kind.LATE, node + ": it has not answered within " + deadline)
                            .initCause(e);
        }
    }

    @Override
    public InputStream open(String node, Message request, Duration patience) throws IOException {
        return node.equals(name())
                ? self.open(node, request, patience)
                : existingWayTo(node).questions().open(request, patience);
    }

    private Way existingWayTo(String node) throws RpcException {
        Way way = ways.to(node);
        if (way == null) {
            throw new RpcException(RpcException.Kind.CLOSED, name() + " is closed");
        }
        return way;
    }

    /** Whoever comes from now on comes in vain; the ways there are go on. For the last moments of a node. */
    public void admitNobody() {
        admits = false;
        server.close().awaitUninterruptibly();
    }

    @Override
    public void close() {
        List<Way> mine = stop();
        if (mine == null) {
            return;
        }
        mine.forEach(Way::leave);
        long deadline = System.nanoTime() + CLOSE_BOUND.toNanos();
        for (Way way : mine) {
            way.await(Duration.ofNanos(deadline - System.nanoTime()));
            way.end(RpcException.Kind.CLOSED, name() + " was closed", false);
        }
        channels.close().awaitUninterruptibly(CLOSE_BOUND.toMillis());
    }

    /** Leaves as if the process had ended. */
    void crash(String reason) {
        List<Way> mine = stop();
        if (mine != null) {
            mine.forEach(way -> way.end(RpcException.Kind.CLOSED, reason, true));
            channels.close().awaitUninterruptibly(CLOSE_BOUND.toMillis());
        }
    }

    /** Takes part in nothing new; answers with the ways there were, or null when it was closed before. */
    private @Nullable List<Way> stop() {
        List<Way> mine = ways.close();
        if (mine == null) {
            return null;
        }
        transport.left(this);
        self.close();
        admitNobody();
        return mine;
    }

    // ---- connections ----

    /** Makes the connection of a way. */
    void reach(Way way) {
        whereabouts.find(way.peer(), where -> dial(way, where), failure -> dialFailed(way, failure));
    }

    private void dial(Way way, InetSocketAddress where) {
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(transport.group())
                        .channel(transport.channel())
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.patience().toMillis())
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true)
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channels.add(channel);
                                        TlsContexts tls = transport.tls();
                                        if (tls != null) {
                                            channel.pipeline().addLast(tls.ofDialling(channel.alloc()));
                                        }
                                        channel.pipeline()
                                                .addLast(
                                                        new FrameDecoder(Introduction.MOST_BYTES),
                                                        new Handshake.Dialling(SocketNode.this, way));
                                    }
                                });
        Unwatched.listen(
                bootstrap.connect(where),
                connected -> {
                    if (!connected.isSuccess()) {
                        dialFailed(way, where + ": " + connected.cause().getMessage());
                    }
                });
    }

    private void dialled(Channel channel) {
        channels.add(channel);
        if (strangers.incrementAndGet() > settings.strangers()) {
            strangerLeft();
            rejected(channel.remoteAddress(), settings.strangers() + " others have not introduced themselves yet");
            Unwatched.close(channel);
            return;
        }
        TlsContexts tls = transport.tls();
        if (tls != null) {
            channel.pipeline().addLast(tls.ofDialled(channel.alloc()));
        }
        channel.pipeline().addLast(new FrameDecoder(Introduction.MOST_BYTES), new Handshake.Dialled(this));
    }

    // ---- for handshakes ----

    Hello hello() {
        return hello;
    }

    Secret secret() {
        return settings.secret();
    }

    Duration patience() {
        return settings.patience();
    }

    int mostFrameBytes() {
        return (int) Math.min(Integer.MAX_VALUE - 8, limits().message().bytes() + FRAME_SLACK);
    }

    Introduction introductionTo(String peer) {
        return new Introduction(hello, address.getHostString(), address.getPort(), ways.over(peer));
    }

    /** Of the certificate that this node shows, or empty. */
    byte[] fingerprint() {
        TlsContexts tls = transport.tls();
        return tls == null ? new byte[0] : tls.fingerprint();
    }

    Optional<Refusal> meet(Hello peer) {
        return acquaintances.meet(peer);
    }

    /** Whether a connection from this peer is wanted. */
    boolean accepts(Introduction peer) {
        return ways.accepts(peer);
    }

    /** A peer that was let in has not chosen the connection; a way that waited for it has none any more. */
    void acceptedInVain(String peer, String why) {
        Way waiting = ways.waitingFor(peer);
        if (waiting != null) {
            isOutOfReach(waiting, why);
        }
    }

    /** Whether the connection that was dialled for this way is the one to be used. */
    boolean choose(Way way, byte[] connection, Introduction peer) {
        if (!ways.choose(way, connection, peer.hello())) {
            return false;
        }
        whereabouts.learn(peer);
        return true;
    }

    /** The way that a connection belongs to which a peer has made and chosen. */
    Way welcome(Introduction peer, byte[] connection) {
        whereabouts.learn(peer);
        return ways.welcome(peer.hello(), connection);
    }

    /** The peer has a connection, or makes one, that is to be used; if it does not come it was one that is over. */
    void awaitDial(Way way) {
        Unwatched.later(
                transport.group(),
                CROSSED_PAUSE,
                () -> {
                    if (!way.isSettled() && !way.isOver()) {
                        if (way.age().compareTo(settings.patience()) < 0) {
                            reach(way);
                        } else {
                            isOutOfReach(way, "its own connection has not come within " + settings.patience());
                        }
                    }
                });
    }

    /** Matters only as long as the dial counts: the peer may have come by a connection of its own meanwhile. */
    void dialFailed(Way way, String reason) {
        if (ways.giveUpDial(way)) {
            isOutOfReach(way, reason);
        }
    }

    private void isOutOfReach(Way way, String reason) {
        whereabouts.forget(way.peer());
        way.end(RpcException.Kind.UNREACHABLE, reason, true);
    }

    void refused(Way way, Refusal refusal) {
        way.end(RpcException.Kind.REFUSED, refusal.toString(), false);
        if (!refusal.equals(refusals.put(way.peer(), refusal))) {
            LOG.log(System.Logger.Level.INFO, "{0}", refusal);
            receiver.peerRefused(refusal);
        }
    }

    void strangerLeft() {
        strangers.decrementAndGet();
    }

    /** A node that admits nobody any more hangs up on friends as well. */
    void rejected(SocketAddress who, String why) {
        if (admits) {
            rejections.rejected(who, why);
        }
    }

    /** Like {@link #rejected}, of one who hung up. */
    void leftByItself(SocketAddress who, String why) {
        if (admits) {
            rejections.leftByItself(who, why);
        }
    }

    // ---- for ways ----

    void forget(Way way) {
        ways.remove(way);
    }

    Frames frames() {
        return frames;
    }

    /** Runs the action on a thread of the transport. */
    Future<?> after(Duration delay, Runnable action) {
        return transport.group().schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    Message message(ByteBuf frame) throws IOException {
        int tag = frame.readUnsignedShort();
        return transport.codec().decode(tag, frame.nioBuffer());
    }

    void received(Address to, Message message) {
        try {
            receiver.receive(to, message);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, name() + " failed to take a message for " + to, e);
        }
    }

    boolean isBusy() {
        return receiver.isBusy();
    }

    byte[] serve(Message request) throws IOException {
        if (request instanceof WhereIs question) {
            return whereabouts.answer(question);
        }
        return receiver.serve(request);
    }

    void stream(Message request, StreamSink to) throws IOException {
        receiver.stream(request, to);
    }

    void tellWritable(String peer) {
        receiver.peerWritable(peer);
    }

    void tellLost(String peer, String reason) {
        try {
            receiver.peerLost(peer, reason);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, name() + " failed to hear that " + peer + " is lost", e);
        }
    }

    /** Why a connection broke, for people; what a peer should not have sent is logged as well. */
    String wordsFor(Way way, Throwable cause) {
        Throwable why = cause.getCause() instanceof ProtocolException protocol ? protocol : cause;
        if (!(why instanceof IOException) || why instanceof ProtocolException) {
            LOG.log(System.Logger.Level.WARNING, name() + " ends the " + way, why);
        }
        String message = why.getMessage();
        return message == null ? why.toString() : message;
    }

    /** For tests: all connections of this node read, or none does. */
    void reading(boolean reads) {
        channels.forEach(channel -> channel.config().setAutoRead(reads));
    }
}
