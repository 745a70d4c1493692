package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.rpc.RpcException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What arrives from a peer once both know each other: each frame is taken apart and handed to the {@link Way}. */
final class Conversation extends ChannelInboundHandlerAdapter {
    private static final RpcException.Kind[] FAILURES = RpcException.Kind.values();

    /** Nobody waits longer, and as nanoseconds much more would not fit into a number. */
    private static final long MOST_PATIENCE_MILLIS = Duration.ofDays(365).toMillis();

    private static final Duration BUSY_PAUSE = Duration.ofNanos(500_000);

    private final SocketNode node;
    private final Way way;
    private String lostBecause = "the connection was closed";

    /** One look at the receiver is due, however many messages had come already. */
    private boolean pausing;

    Conversation(SocketNode node, Way way) {
        this.node = node;
        this.way = way;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) throws IOException {
        var frame = (ByteBuf) read;
        boolean kept = false;
        try {
            Frame kind = Frame.of(frame.readByte());
            switch (kind) {
                case MESSAGE -> message(context, frame);
                case REQUEST -> way.serving().serve(frame.readInt(), node.message(frame));
                case ANSWER -> way.questions().answered(frame.readInt(), ByteBufUtil.getBytes(frame));
                case FAILURE -> failure(frame);
                case OPEN -> open(frame);
                case DATA -> {
                    kept = true;
                    way.questions().streamed(frame.readInt(), frame);
                }
                case CREDIT -> credit(frame);
                case END -> way.questions().completed(frame.readInt());
                case CANCEL -> way.serving().cancelled(frame.readInt());
                case BYE -> {
                    lostBecause = frame.readString(frame.readableBytes(), StandardCharsets.UTF_8);
                    Unwatched.close(context);
                }
                case GREETING, INTRODUCTION, REFUSAL, READY -> throw Handshake.unexpected(kind);
                case null -> throw new ProtocolException("a frame of no known kind");
            }
        } catch (IndexOutOfBoundsException e) {
            throw new ProtocolException("a frame that ends too early", e);
        } finally {
            if (!kept) {
                frame.release();
            }
        }
    }

    private void message(ChannelHandlerContext context, ByteBuf frame) throws IOException {
        var to = new Address(node.name(), frame.readString(frame.readUnsignedShort(), StandardCharsets.UTF_8));
        node.received(to, node.message(frame));
        if (!pausing && node.isBusy()) {
            pausing = true;
            context.channel().config().setAutoRead(false);
            resumeLater(context);
        }
    }

    /**
     * While the receiver has more than it can take, nothing is read, and the peer's sending comes to a halt by itself.
     */
    private void resumeLater(ChannelHandlerContext context) {
        Unwatched.later(
                context.executor(),
                BUSY_PAUSE,
                () -> {
                    if (node.isBusy()) {
                        resumeLater(context);
                    } else {
                        pausing = false;
                        context.channel().config().setAutoRead(true);
                    }
                });
    }

    private void open(ByteBuf frame) throws IOException {
        int number = frame.readInt();
        int window = frame.readInt();
        long patienceMillis = frame.readLong();
        if (window < 1 || patienceMillis < 0 || patienceMillis > MOST_PATIENCE_MILLIS) {
            throw new ProtocolException(
                    "a stream with a window of " + window + " bytes and a patience of " + patienceMillis + " ms");
        }
        way.serving().stream(number, window, Duration.ofMillis(patienceMillis), node.message(frame));
    }

    private void credit(ByteBuf frame) throws ProtocolException {
        int number = frame.readInt();
        int bytes = frame.readInt();
        if (bytes < 1) {
            throw new ProtocolException("a credit of " + bytes + " bytes");
        }
        way.serving().credited(number, bytes);
    }

    private void failure(ByteBuf frame) throws ProtocolException {
        int number = frame.readInt();
        int kind = frame.readUnsignedByte();
        if (kind >= FAILURES.length) {
            throw new ProtocolException("a failure of no known kind");
        }
        way.questions().failed(number, FAILURES[kind], frame.readString(frame.readableBytes(), StandardCharsets.UTF_8));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            way.becameWritable();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        lostBecause = node.wordsFor(way, cause);
        Unwatched.close(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        way.connectionLost(context.channel(), lostBecause);
    }
}
