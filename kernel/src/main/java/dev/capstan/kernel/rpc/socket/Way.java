package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.RpcException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What this node has with one peer, from the wish to reach it until one of the two is gone: what waits to be sent, and
 * the one connection once there is one. What was asked lies in {@link Questions}, what is served in {@link Serving}.
 */
final class Way {
    /** So much is written at once: enough that a system call does not count, little enough to stay in a cache. */
    private static final int BATCH_BYTES = 64 << 10;

    private static final Duration ANSWER_PATIENCE = Duration.ofMinutes(1);

    private final SocketNode node;
    private final String peer;
    private final Outbox outbox;
    private final long beganNanos;
    private final AtomicBoolean dialIsDue;
    private final AtomicBoolean drainIsDue = new AtomicBoolean();
    private final AtomicBoolean peerIsSlow = new AtomicBoolean();
    private final AtomicReference<@Nullable RpcException> over = new AtomicReference<>();
    private final Questions questions;
    private final Serving serving;
    private final CountDownLatch gone = new CountDownLatch(1);
    private volatile byte[] connection = {};
    private volatile @Nullable Hello life;
    private volatile @Nullable Channel channel;
    private volatile boolean leaving;

    /**
     * @param isDialled whether this node makes the connection
     */
    Way(SocketNode node, String peer, boolean isDialled) {
        this.node = node;
        this.peer = peer;
        this.dialIsDue = new AtomicBoolean(isDialled);
        this.beganNanos = System.nanoTime();
        this.outbox = new Outbox(node.limits());
        this.questions = new Questions(node, this);
        this.serving = new Serving(node, this);
    }

    String peer() {
        return peer;
    }

    /** What this node asks of the peer. */
    Questions questions() {
        return questions;
    }

    /** What the peer asks of this node. */
    Serving serving() {
        return serving;
    }

    /** The connection, null as long as there is none. */
    @Nullable Channel channel() {
        return channel;
    }

    boolean isOver() {
        return ending() != null;
    }

    /** Why it is over, null as long as it is not. */
    @Nullable RpcException ending() {
        return over.get();
    }

    // ---- sending ----

    /**
     * @param latestKey under which only the newest frame counts, or null
     * @return false when the way is over
     */
    boolean send(byte[] frame, @Nullable Object latestKey) {
        return switch (outbox.put(frame, latestKey)) {
            case TAKEN -> {
                drainSoon();
                yield true;
            }
            case OVER -> false;
            case FULL -> {
                end(RpcException.Kind.UNREACHABLE, "it does not take what is sent to it", true);
                yield true; // the message is lost together with the way
            }
        };
    }

    boolean isWritable() {
        boolean roomy = outbox.isRoomy();
        if (!roomy) {
            peerIsSlow.set(true);
            drainSoon();
        }
        return roomy;
    }

    /** Where there is no connection yet, the first frame that waits is the reason to make one. */
    private void drainSoon() {
        Channel open = channel;
        if (open == null) {
            if (dialIsDue.compareAndSet(true, false)) {
                node.reach(this);
            }
        } else if (drainIsDue.compareAndSet(false, true)) {
            open.eventLoop().execute(this::drain);
        }
    }

    /** On the thread of the connection: all that waits and that the connection takes, in few and large writes. */
    private void drain() {
        drainIsDue.set(false);
        Channel open = channel;
        if (open == null) {
            return;
        }
        boolean wrote = false;
        while (open.isWritable()) {
            List<byte[]> frames = outbox.take(BATCH_BYTES);
            if (frames.isEmpty()) {
                break;
            }
            Unwatched.write(open, joined(open, frames));
            wrote = true;
        }
        if (wrote) {
            open.flush();
        }
        if (outbox.isRoomy() && peerIsSlow.compareAndSet(true, false)) {
            node.tellWritable(peer);
        }
    }

    private static ByteBuf joined(Channel open, List<byte[]> frames) {
        if (frames.size() == 1) {
            return Unpooled.wrappedBuffer(frames.getFirst());
        }
        int length = 0;
        for (byte[] frame : frames) {
            length += frame.length;
        }
        ByteBuf all = open.alloc().buffer(length);
        frames.forEach(all::writeBytes);
        return all;
    }

    /** On the thread of the connection. */
    void becameWritable() {
        drain();
        serving.becameWritable();
    }

    /**
     * Waits for room: answers come in bulk, and whoever serves has a thread that can wait.
     *
     * @param waitIsOver run once, and before the peer can have the answer
     */
    void reply(byte[] frame, Runnable waitIsOver) {
        try {
            switch (outbox.putWhenRoom(frame, ANSWER_PATIENCE, waitIsOver)) {
                case TAKEN -> drainSoon();
                case FULL ->
                        end(RpcException.Kind.UNREACHABLE, "it has not taken an answer for " + ANSWER_PATIENCE, true);
                case OVER -> {} // and so may be the threads of the connection
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- the connection ----

    /**
     * The node has decided which connection it will be, and will {@link #open} it in a moment.
     *
     * @param number of the connection
     * @param who is at its other end
     */
    void settle(byte[] number, Hello who) {
        connection = number;
        life = who;
    }

    /** How long there has been the wish to reach the peer. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - beganNanos);
    }

    boolean isSettled() {
        return connection.length > 0;
    }

    /** On the thread of the connection: from now on everything goes over it. */
    void open(Channel chosen) {
        channel = chosen;
        if (isOver()) {
            Unwatched.close(chosen);
        } else if (leaving) {
            sayBye("it left");
        } else {
            drain();
        }
    }

    /** The number of the connection, empty as long as there is none. */
    byte[] connection() {
        return connection;
    }

    /** Whether the peer that introduces itself has lost this way's connection already, or is a newer life. */
    boolean isKnownToBeOver(Introduction peer) {
        Hello spokenWith = life;
        return peer.over().stream().anyMatch(number -> Arrays.equals(number, connection))
                || (spokenWith != null && peer.hello().isNewerThan(spokenWith));
    }

    /** The connection is gone; only if it is the one of this way does that matter. */
    void connectionLost(Channel lost, String reason) {
        if (channel == lost) {
            end(leaving ? RpcException.Kind.CLOSED : RpcException.Kind.UNREACHABLE, reason, true);
        }
    }

    /**
     * This node leaves: the peer is told behind what was sent before, and closes the connection when it has read that
     * far. See {@link #await}.
     */
    void leave() {
        leaving = true;
        Channel open = channel;
        if (open != null) {
            open.eventLoop().execute(() -> sayBye("it left"));
        }
    }

    /** Waits for the end of the way. */
    void await(Duration bound) {
        try {
            boolean unused = gone.await(bound.toNanos(), TimeUnit.NANOSECONDS); // or it ends less orderly
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the way for one reason that both are told. */
    void replace(String reason) {
        Channel open = channel;
        if (open != null) {
            open.eventLoop().execute(() -> sayBye(reason));
        }
        end(RpcException.Kind.UNREACHABLE, reason, true);
    }

    private void sayBye(String reason) {
        Channel open = channel;
        if (open == null) {
            return;
        }
        for (List<byte[]> frames = outbox.take(BATCH_BYTES); !frames.isEmpty(); frames = outbox.take(BATCH_BYTES)) {
            Unwatched.write(open, joined(open, frames));
        }
        Unwatched.writeAndFlush(open, Unpooled.wrappedBuffer(Frames.bye(reason)));
    }

    /**
     * Ends the way, once: what was asked fails, what is written is given up, the connection is closed.
     *
     * @param kind of which the failures of what was asked are
     * @param isTold whether this node is to hear that the peer is lost
     */
    void end(RpcException.Kind kind, String reason, boolean isTold) {
        var end = new RpcException(kind, reason);
        if (!over.compareAndSet(null, end)) {
            return;
        }
        boolean lostSomething = isSettled() || outbox.size() > 0;
        node.forget(this);
        outbox.end();
        questions.end(kind, reason);
        serving.end(reason);
        Channel open = channel;
        if (open != null) {
            Unwatched.close(open);
        }
        gone.countDown();
        if (isTold && lostSomething && !leaving) {
            node.tellLost(peer, reason);
        }
    }

    RpcException failure(RpcException.Kind kind, String what) {
        return new RpcException(kind, peer + ": " + what);
    }

    /** For people. */
    @Override
    public String toString() {
        return "way to " + peer + (isOver() ? ", over" : channel == null ? ", being made" : "");
    }
}
