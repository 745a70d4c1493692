package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.MessageCodec;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.Receiver;
import dev.capstan.kernel.rpc.Transport;
import dev.capstan.kernel.rpc.WireForm;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/**
 * Nodes that reach each other over TCP. Each listens at a port of its own; where others listen it learns from its
 * {@linkplain SocketSettings#contacts contacts}, from whoever comes to it, and by asking its contacts.
 *
 * <pre>{@code
 * try (var transport = new SocketTransport(SocketSettings.loopback(secret), forms)) {
 *     SocketNode node = transport.join(hello, receiver);
 *     ...
 * }
 * }</pre>
 */
public final class SocketTransport implements Transport, AutoCloseable {
    private static final int MOST_THREADS = 4;
    private static final long CLOSE_SECONDS = 5;

    private final SocketSettings settings;
    private final MessageCodec codec;
    private final @Nullable TlsContexts tls;
    private final EventLoopGroup group;
    private final boolean isNative = Epoll.isAvailable();
    private final ConcurrentMap<String, SocketNode> members = new ConcurrentHashMap<>();

    /**
     * @param forms of the messages that travel
     */
    public SocketTransport(SocketSettings settings, List<WireForm<?>> forms) {
        this.settings = settings;
        List<WireForm<?>> all = new ArrayList<>(forms);
        all.add(new WhereIs.Form());
        this.codec = new MessageCodec(all);
        this.tls = settings.encrypted() ? TlsContexts.create() : null;
        IoHandlerFactory handlers = isNative ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        this.group =
                new MultiThreadIoEventLoopGroup(
                        Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()),
                        new DefaultThreadFactory("capstan-wire", true),
                        handlers);
    }

    @Override
    public SocketNode join(Hello hello, Receiver receiver) {
        SocketNode node;
        try {
            node = new SocketNode(this, hello, receiver);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        while (true) {
            SocketNode other = members.putIfAbsent(hello.node(), node);
            if (other == null) {
                return node;
            }
            if (!hello.isNewerThan(other.hello())) {
                node.close();
                throw new IllegalArgumentException(
                        "there is a node named " + hello.node() + " already, and " + hello + " is not newer");
            }
            other.crash("a newer life of it has taken its place");
            members.remove(hello.node(), other);
        }
    }

    /** Closes all nodes and the threads. */
    @Override
    public void close() {
        members.values().forEach(Node::close);
        group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    // ---- for its nodes ----

    SocketSettings settings() {
        return settings;
    }

    MessageCodec codec() {
        return codec;
    }

    @Nullable TlsContexts tls() {
        return tls;
    }

    EventLoopGroup group() {
        return group;
    }

    Class<? extends ServerChannel> serverChannel() {
        return isNative ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    Class<? extends SocketChannel> channel() {
        return isNative ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** Where a node of this process listens. */
    @Nullable InetSocketAddress member(String node) {
        SocketNode member = members.get(node);
        return member == null ? null : member.address();
    }

    void left(SocketNode node) {
        members.remove(node.name(), node);
    }
}
