package dev.capstan.kernel.rpc.socket;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundInvoker;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.FutureListener;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Calls whose outcome nobody waits for, because it shows elsewhere: a write that fails ends its connection, and the
 * handler of the connection hears of that.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class Unwatched {
    /** On one that is closed already there is nobody left to hear of it, nor news in it. */
    private static final ChannelFutureListener ENDS_CONNECTION =
            written -> {
                if (!written.isSuccess() && written.channel().isActive()) {
                    written.channel().pipeline().fireExceptionCaught(written.cause());
                }
            };

    private Unwatched() {}

    static void write(ChannelOutboundInvoker to, Object message) {
        to.write(message).addListener(ENDS_CONNECTION);
    }

    static void writeAndFlush(ChannelOutboundInvoker to, Object message) {
        to.writeAndFlush(message).addListener(ENDS_CONNECTION);
    }

    /** The last word on a connection. */
    static void writeAndClose(ChannelOutboundInvoker to, Object message) {
        to.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE);
    }

    static void close(ChannelOutboundInvoker connection) {
        connection.close();
    }

    static void later(EventExecutorGroup group, Duration delay, Runnable action) {
        group.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    static <T> void listen(io.netty.util.concurrent.Future<T> future, FutureListener<T> listener) {
        future.addListener(listener);
    }
}
