package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.Answer;
import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.RpcException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * What this node has with one peer, from the wish to reach it until one of the two is gone: what waits to be sent, what
 * was asked and not answered, what is being served, and the one connection once there is one.
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
    private final AtomicInteger nextNumber = new AtomicInteger();
    private final ConcurrentMap<Integer, Asked> asked = new ConcurrentHashMap<>();
    private final ConcurrentMap<Integer, OutgoingStream> written = new ConcurrentHashMap<>();
    private final AtomicInteger served = new AtomicInteger();
    private final CountDownLatch gone = new CountDownLatch(1);
    private volatile byte[] connection = {};
    private volatile @Nullable Hello life;
    private volatile @Nullable Channel channel;
    private volatile boolean leaving;

    /** What this node wants of the peer. */
    private sealed interface Asked {
        void fail(RpcException cause);

        record ForBytes(Consumer<Answer> told, Future<?> deadline) implements Asked {
            @Override
            public void fail(RpcException cause) {
                deadline.cancel(false);
                told.accept(new Answer.Failure(cause));
            }
        }

        record ForStream(IncomingStream stream) implements Asked {
            @Override
            public void fail(RpcException cause) {
                stream.fail(cause);
            }
        }
    }

    /**
     * @param isDialled whether this node makes the connection
     */
    Way(SocketNode node, String peer, boolean isDialled) {
        this.node = node;
        this.peer = peer;
        this.dialIsDue = new AtomicBoolean(isDialled);
        this.beganNanos = System.nanoTime();
        this.outbox = new Outbox(node.limits());
    }

    String peer() {
        return peer;
    }

    boolean isOver() {
        return over.get() != null;
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

    // ---- asking ----

    /**
     * @param told once, unless this throws
     */
    void ask(Message request, Duration deadline, Consumer<Answer> told) throws RpcException {
        int number = nextNumber.incrementAndGet();
        byte[] frame = node.frames().request(number, request);
        begin(number, new Asked.ForBytes(told, node.after(deadline, () -> giveUp(number, deadline))));
        send(frame, null);
    }

    private void giveUp(int number, Duration deadline) {
        failed(number, RpcException.Kind.LATE, "it has not answered within " + deadline);
    }

    InputStream open(Message request, Duration patience) throws RpcException {
        int number = nextNumber.incrementAndGet();
        int window = (int) node.limits().streamWindow().bytes();
        var stream =
                new IncomingStream(
                        window,
                        patience,
                        new IncomingStream.Feedback() {
                            @Override
                            public void credit(int bytes) {
                                send(Frames.credit(number, bytes), null);
                            }

                            @Override
                            public void closed() {
                                if (asked.remove(number) != null) {
                                    send(Frames.of(Frame.CANCEL, number), null);
                                }
                            }
                        });
        byte[] frame = node.frames().open(number, window, patience, request);
        begin(number, new Asked.ForStream(stream));
        send(frame, null);
        return stream;
    }

    private void begin(int number, Asked question) throws RpcException {
        int most = node.limits().requests();
        if (asked.size() >= most) {
            throw failure(RpcException.Kind.TOO_MANY, most + " requests are under way already");
        }
        asked.put(number, question);
        RpcException end = over.get();
        if (end != null && asked.remove(number) != null) { // nobody may look at it any more
            throw failure(end.kind(), String.valueOf(end.getMessage()));
        }
    }

    // ---- what arrives; on the thread of the connection, in order ----

    void answered(int number, byte[] bytes) {
        if (asked.remove(number) instanceof Asked.ForBytes(var told, var deadline)) {
            deadline.cancel(false);
            told.accept(new Answer.Bytes(bytes));
        }
    }

    void failed(int number, RpcException.Kind kind, String words) {
        Asked question = asked.remove(number);
        if (question != null) {
            question.fail(failure(kind, words));
        }
    }

    /** Takes the reference to the bytes. */
    void streamed(int number, ByteBuf bytes) throws ProtocolException {
        if (asked.get(number) instanceof Asked.ForStream(var stream)) {
            stream.arrived(bytes);
        } else {
            bytes.release(); // it was closed a moment ago
        }
    }

    void completed(int number) {
        if (asked.remove(number) instanceof Asked.ForStream(var stream)) {
            stream.finish();
        }
    }

    void credited(int number, int bytes) {
        OutgoingStream stream = written.get(number);
        if (stream != null) {
            stream.credit(bytes);
        }
    }

    void cancelled(int number) {
        OutgoingStream stream = written.get(number);
        if (stream != null) {
            stream.cancel();
        }
    }

    void becameWritable() {
        drain();
        written.values().forEach(OutgoingStream::writable);
    }

    // ---- serving ----

    void serve(int number, Message request) {
        if (mayServe(number)) {
            Thread.ofVirtual().name("serve-" + peer).start(() -> answer(number, request));
        }
    }

    private void answer(int number, Message request) {
        byte[] frame;
        try {
            byte[] bytes = node.serve(request);
            frame =
                    bytes.length > node.limits().message().bytes()
                            ? Frames.failure(
                                    number,
                                    RpcException.Kind.TOO_LARGE,
                                    "the answer has "
                                            + bytes.length
                                            + " bytes, but a message at most "
                                            + node.limits().message()
                                            + "; have it streamed")
                            : Frames.answer(number, bytes);
        } catch (Throwable e) { // whatever it is, the peer waits for an answer
            frame = Frames.failure(number, RpcException.Kind.FAILED, words(e));
        } finally {
            served.decrementAndGet();
        }
        reply(frame);
    }

    void stream(int number, int window, Duration patience, Message request) {
        Channel open = channel;
        if (open != null && mayServe(number)) {
            var sink = new OutgoingStream(number, open, window, patience);
            written.put(number, sink);
            RpcException end = over.get();
            if (end != null) {
                sink.end(String.valueOf(end.getMessage()));
            }
            Thread.ofVirtual().name("stream-" + peer).start(() -> write(number, request, sink));
        }
    }

    private void write(int number, Message request, OutgoingStream sink) {
        byte[] last;
        try {
            node.stream(request, sink);
            sink.flush();
            last = Frames.of(Frame.END, number);
        } catch (Throwable e) { // whatever it is, the peer waits for the end
            sink.sendWhatWaits();
            last = Frames.failure(number, RpcException.Kind.FAILED, words(e));
        } finally {
            served.decrementAndGet();
            written.remove(number);
        }
        Channel open = channel;
        if (open != null && open.isActive()) { // not by the outbox: it must not overtake the bytes
            Unwatched.writeAndFlush(open, Unpooled.wrappedBuffer(last));
        }
    }

    private boolean mayServe(int number) {
        if (served.incrementAndGet() > node.limits().requests()) {
            served.decrementAndGet();
            send(
                    Frames.failure(
                            number,
                            RpcException.Kind.TOO_MANY,
                            node.limits().requests() + " requests are being served already"),
                    null);
            return false;
        }
        return true;
    }

    /** Waits for room: answers come in bulk, and whoever serves has a thread that can wait. */
    private void reply(byte[] frame) {
        try {
            switch (outbox.putWhenRoom(frame, ANSWER_PATIENCE)) {
                case TAKEN -> drainSoon();
                case FULL ->
                        end(RpcException.Kind.UNREACHABLE, "it has not taken an answer for " + ANSWER_PATIENCE, true);
                case OVER -> {} // and so may be the threads of the connection
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String words(Throwable e) {
        String message = e.getMessage();
        return e instanceof IOException && message != null ? message : e.toString();
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
        for (Integer number : asked.keySet()) {
            failed(number, kind, reason);
        }
        written.values().forEach(stream -> stream.end(reason));
        Channel open = channel;
        if (open != null) {
            Unwatched.close(open);
        }
        gone.countDown();
        if (isTold && lostSomething && !leaving) {
            node.tellLost(peer, reason);
        }
    }

    private RpcException failure(RpcException.Kind kind, String what) {
        return new RpcException(kind, peer + ": " + what);
    }

    /** For people. */
    @Override
    public String toString() {
        return "way to " + peer + (isOver() ? ", over" : channel == null ? ", being made" : "");
    }
}
