package dev.capstan.kernel.rpc.socket;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;

/** Speaks TLS with both sides, each time with a certificate of its own, and passes on all that it reads. */
final class ManInTheMiddle implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final TlsContexts tls = TlsContexts.create();
    private final AtomicLong passedOn = new AtomicLong();
    private final Channel server;

    ManInTheMiddle(InetSocketAddress to) {
        this.server =
                new ServerBootstrap()
                        .group(group)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel from) {
                                        Channel onward =
                                                new Bootstrap()
                                                        .group(group)
                                                        .channel(NioSocketChannel.class)
                                                        .handler(
                                                                new ChannelInitializer<Channel>() {
                                                                    @Override
                                                                    protected void initChannel(Channel channel) {
                                                                        channel.pipeline()
                                                                                .addLast(
                                                                                        tls.ofDialling(channel.alloc()),
                                                                                        new PassOn(from));
                                                                    }
                                                                })
                                                        .connect("127.0.0.1", to.getPort())
                                                        .channel();
                                        from.pipeline().addLast(tls.ofDialled(from.alloc()), new PassOn(onward));
                                    }
                                })
                        .bind("127.0.0.1", 0)
                        .awaitUninterruptibly()
                        .channel();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.localAddress();
    }

    long passedOn() {
        return passedOn.get();
    }

    private final class PassOn extends ChannelInboundHandlerAdapter {
        private final Channel to;

        PassOn(Channel to) {
            this.to = to;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            passedOn.addAndGet(((ByteBuf) message).readableBytes());
            Unwatched.writeAndFlush(to, message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            Unwatched.close(to);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            Unwatched.close(context);
        }
    }

    @Override
    public void close() {
        server.close().awaitUninterruptibly();
        group.shutdownGracefully(0, 5, java.util.concurrent.TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
