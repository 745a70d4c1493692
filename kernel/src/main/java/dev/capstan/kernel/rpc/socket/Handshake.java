package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.rpc.Refusal;
import dev.capstan.kernel.rpc.socket.Introduction.Side;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLException;

/**
 * The first words on a connection, until both know whom they speak with:
 *
 * <pre>
 *   dialling            dialled
 *   GREETING       →
 *                  ←    GREETING          (or REFUSAL: another layout of frames)
 *   INTRODUCTION   →
 *                  ←    INTRODUCTION      (or REFUSAL: no proof, or a hello that is not welcome)
 *   READY          →                      (or nothing, when another connection has come meanwhile)
 * </pre>
 *
 * Each proves first that it knows the secret; see {@link Introduction}. When two nodes dial each other at once, the one
 * whose name is smaller is let through: the other is told so and waits for it. Thus one connection remains, and each
 * message goes over it, in order.
 */
abstract sealed class Handshake extends SimpleChannelInboundHandler<ByteBuf> {
    /** First bytes of every connection; whoever sends others speaks something else. */
    private static final int MAGIC = 0x43_50_53_4e;

    /** Of frames and handshake. */
    static final int LAYOUT = 1;

    private static final SecureRandom RANDOM = new SecureRandom();

    final SocketNode node;
    final byte[] ownNonce = new byte[Introduction.NONCE_BYTES];
    byte[] peersNonce = new byte[0];
    private @Nullable Future<?> patience;

    private Handshake(SocketNode node) {
        this.node = node;
        RANDOM.nextBytes(ownNonce);
    }

    /** The connection carries bytes: at once, or when they are encrypted. */
    abstract void begin(ChannelHandlerContext context);

    /** It will not come to anything, and why. Told again, it is to do nothing. */
    abstract void failed(ChannelHandlerContext context, String why);

    /** The peer has broken it off, or its process has ended. */
    abstract void left(ChannelHandlerContext context, String why);

    abstract void heard(ChannelHandlerContext context, Frame kind, ByteBuf body) throws ProtocolException;

    // ---- the connection ----

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        patience =
                context.executor()
                        .schedule(
                                () -> giveUp(context, "it has not introduced itself within " + node.patience()),
                                node.patience().toNanos(),
                                TimeUnit.NANOSECONDS);
        if (context.channel().isActive() && !isEncrypted(context)) {
            begin(context);
        }
    }

    /** Done, or the connection is gone: strangers who come and go must leave nothing behind that waits. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        Future<?> running = patience;
        if (running != null) {
            running.cancel(false);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!isEncrypted(context)) {
            begin(context);
        }
    }

    private static boolean isEncrypted(ChannelHandlerContext context) {
        return context.pipeline().get(SslHandler.class) != null;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent done) {
            if (done.isSuccess()) {
                begin(context);
            } else if (context.channel().isActive()) {
                giveUp(context, words(done.cause()));
            } else {
                left(context, words(done.cause()));
            }
        }
    }

    @Override
    protected final void channelRead0(ChannelHandlerContext context, ByteBuf frame) throws ProtocolException {
        Frame kind = Frame.of(frame.readByte());
        if (kind == null) {
            throw new ProtocolException("it does not speak our protocol");
        }
        heard(context, kind, frame);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable fault = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (isOfTheConnection(fault)) {
            left(context, words(fault));
            Unwatched.close(context);
        } else {
            giveUp(context, words(fault));
        }
    }

    /** As when the peer has reset it; what it said that it should not have is another thing. */
    private static boolean isOfTheConnection(Throwable fault) {
        return fault instanceof IOException
                && !(fault instanceof ProtocolException)
                && !(fault instanceof SSLException);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        left(context, "it closed the connection before it had introduced itself");
    }

    final void giveUp(ChannelHandlerContext context, String why) {
        failed(context, why);
        Unwatched.close(context);
    }

    private static String words(@Nullable Throwable cause) {
        if (cause instanceof NotSslRecordException) {
            return "it does not speak TLS";
        }
        String message = cause == null ? null : cause.getMessage();
        return cause instanceof SSLException
                ? "TLS failed: " + message
                : message == null ? String.valueOf(cause) : message;
    }

    // ---- what both say and read ----

    final void greet(ChannelHandlerContext context) {
        ByteBuf greeting = Frame.GREETING.begin(context.alloc(), Integer.BYTES + Short.BYTES + ownNonce.length);
        Unwatched.writeAndFlush(context, greeting.writeInt(MAGIC).writeShort(LAYOUT).writeBytes(ownNonce));
    }

    /** Reads the number used once, and answers with the layout that the peer speaks. */
    final int greeted(ByteBuf body) throws ProtocolException {
        if (body.readableBytes() < Integer.BYTES + Short.BYTES || body.readInt() != MAGIC) {
            throw new ProtocolException("it does not speak our protocol");
        }
        int layout = body.readUnsignedShort();
        if (layout == LAYOUT) {
            if (body.readableBytes() != Introduction.NONCE_BYTES) {
                throw new ProtocolException("a greeting of the wrong length");
            }
            peersNonce = ByteBufUtil.getBytes(body);
        }
        return layout;
    }

    final void introduce(ChannelHandlerContext context, String to, Side side, Introduction.Connection connection) {
        byte[] bytes = node.introductionTo(to).toBytes(node.secret(), side, connection);
        Unwatched.writeAndFlush(context, Frame.INTRODUCTION.begin(context.alloc(), bytes.length).writeBytes(bytes));
    }

    static ProtocolException unexpected(Frame kind) {
        return new ProtocolException("it said " + kind + " where that has no place");
    }

    /** Gives the connection over to those who speak on it from now on. */
    final void replaceBy(ChannelHandlerContext context, Conversation conversation) {
        context.pipeline().get(FrameDecoder.class).allow(node.mostFrameBytes());
        context.pipeline().replace(this, "conversation", conversation);
    }

    /** This node has dialled. */
    static final class Dialling extends Handshake {
        private final Way way;
        private boolean over;

        Dialling(SocketNode node, Way way) {
            super(node);
            this.way = way;
        }

        @Override
        void begin(ChannelHandlerContext context) {
            greet(context);
        }

        @Override
        void heard(ChannelHandlerContext context, Frame kind, ByteBuf body) throws ProtocolException {
            switch (kind) {
                case GREETING -> {
                    int layout = greeted(body);
                    if (layout != LAYOUT) {
                        throw new ProtocolException("it speaks layout " + layout + ", not " + LAYOUT);
                    }
                    introduce(context, way.peer(), Side.DIALLING, connection(context));
                }
                case INTRODUCTION -> introduced(context, ByteBufUtil.getBytes(body));
                case REFUSAL -> refused(context, Rejection.read(body));
                default -> throw unexpected(kind);
            }
        }

        private Introduction.Connection connection(ChannelHandlerContext context) throws ProtocolException {
            return new Introduction.Connection(ownNonce, peersNonce, fingerprint(context));
        }

        private static byte[] fingerprint(ChannelHandlerContext context) throws ProtocolException {
            SslHandler tls = context.pipeline().get(SslHandler.class);
            if (tls == null) {
                return new byte[0];
            }
            try {
                return TlsContexts.fingerprint((X509Certificate) tls.engine().getSession().getPeerCertificates()[0]);
            } catch (SSLException | GeneralSecurityException e) {
                throw new ProtocolException("its certificate cannot be read", e);
            }
        }

        private void introduced(ChannelHandlerContext context, byte[] bytes) throws ProtocolException {
            Introduction peer = Introduction.fromBytes(bytes, node.secret(), Side.DIALLED, connection(context));
            if (!peer.hello().node().equals(way.peer())) {
                throw new ProtocolException("there is now " + peer.hello().node() + " where it was");
            }
            Optional<Refusal> refusal = node.meet(peer.hello());
            if (refusal.isPresent()) {
                over = true;
                Unwatched.close(context);
                node.refused(way, refusal.get());
            } else if (node.choose(way, ownNonce, peer)) {
                over = true;
                Unwatched.writeAndFlush(context, Frame.READY.begin(context.alloc(), 0));
                replaceBy(context, new Conversation(node, way));
                way.open(context.channel());
            } else {
                over = true;
                Unwatched.close(context);
            }
        }

        private void refused(ChannelHandlerContext context, Rejection rejection) {
            over = true;
            Unwatched.close(context);
            if (rejection.equals(Rejection.CROSSED)) {
                node.awaitDial(way);
            } else {
                node.refused(way, new Refusal(way.peer(), node.name(), rejection.kind(), rejection.reason()));
            }
        }

        @Override
        void failed(ChannelHandlerContext context, String why) {
            if (!over) {
                over = true;
                node.dialFailed(way, why);
            }
        }

        @Override
        void left(ChannelHandlerContext context, String why) {
            failed(context, why);
        }
    }

    /** A peer, or somebody else, has dialled this node. */
    static final class Dialled extends Handshake {
        private @Nullable Introduction peer;
        private boolean over;

        Dialled(SocketNode node) {
            super(node);
        }

        @Override
        void begin(ChannelHandlerContext context) {}

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (!over && peer == null && peersNonce.length > 0) {
                end();
                node.leftByItself(context.channel().remoteAddress(), "it hung up while it was introducing itself");
            } else {
                super.channelInactive(context);
            }
        }

        @Override
        void heard(ChannelHandlerContext context, Frame kind, ByteBuf body) throws ProtocolException {
            switch (kind) {
                case GREETING -> {
                    if (peersNonce.length > 0) {
                        throw unexpected(kind);
                    }
                    int layout = greeted(body);
                    if (layout == LAYOUT) {
                        greet(context);
                    } else {
                        refuse(
                                context,
                                Refusal.Kind.OTHER_PROTOCOL,
                                "it speaks layout " + layout + " of frames, not " + LAYOUT);
                    }
                }
                case INTRODUCTION -> {
                    if (peersNonce.length == 0 || peer != null) {
                        throw unexpected(kind);
                    }
                    introduced(context, ByteBufUtil.getBytes(body));
                }
                case READY -> {
                    Introduction known = peer;
                    if (known == null) {
                        throw unexpected(kind);
                    }
                    over = true;
                    node.strangerLeft();
                    Way way = node.welcome(known, peersNonce);
                    replaceBy(context, new Conversation(node, way));
                    way.open(context.channel());
                }
                default -> throw unexpected(kind);
            }
        }

        private void introduced(ChannelHandlerContext context, byte[] bytes) {
            var connection = new Introduction.Connection(peersNonce, ownNonce, node.fingerprint());
            Introduction said;
            try {
                said = Introduction.fromBytes(bytes, node.secret(), Side.DIALLING, connection);
            } catch (ProtocolException e) {
                refuse(context, Refusal.Kind.NO_PROOF, words(e));
                return;
            }
            Optional<Refusal> refusal = node.meet(said.hello());
            if (refusal.isPresent()) {
                refuse(context, refusal.get().kind(), refusal.get().reason());
            } else if (node.accepts(said)) {
                peer = said;
                introduce(context, said.hello().node(), Side.DIALLED, connection);
            } else {
                leave(context, Rejection.CROSSED);
            }
        }

        private void refuse(ChannelHandlerContext context, Refusal.Kind kind, String reason) {
            node.rejected(context.channel().remoteAddress(), reason);
            leave(context, new Rejection(kind, reason));
        }

        private void leave(ChannelHandlerContext context, Rejection rejection) {
            end();
            Unwatched.writeAndClose(context, Unpooled.wrappedBuffer(rejection.toFrame()));
        }

        private void end() {
            if (!over) {
                over = true;
                node.strangerLeft();
            }
        }

        @Override
        void failed(ChannelHandlerContext context, String why) {
            endWithout(why, () -> node.rejected(context.channel().remoteAddress(), why));
        }

        @Override
        void left(ChannelHandlerContext context, String why) {
            endWithout(why, () -> node.leftByItself(context.channel().remoteAddress(), why));
        }

        private void endWithout(String why, Runnable toldOfStrangers) {
            if (over) {
                return;
            }
            end();
            Introduction known = peer;
            if (known == null) {
                toldOfStrangers.run();
            } else {
                node.acceptedInVain(known.hello().node(), why);
            }
        }
    }
}
