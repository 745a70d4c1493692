package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.RpcException;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one peer has asked of this node and is being served, each by a virtual thread of its own. One whose answer waits
 * for room counts as being served, or threads would pile up for a peer that does not read. Questions and what is said
 * of streams come by the thread of the connection.
 */
final class Serving {
    private final SocketNode node;
    private final Way way;
    private final ConcurrentMap<Integer, OutgoingStream> written = new ConcurrentHashMap<>();
    private final AtomicInteger served = new AtomicInteger();

    Serving(SocketNode node, Way way) {
        this.node = node;
        this.way = way;
    }

    void serve(int number, Message request) {
        if (mayServe(number)) {
            Thread.ofVirtual().name("serve-" + way.peer()).start(() -> answer(number, request));
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
        }
        way.reply(frame, served::decrementAndGet);
    }

    void stream(int number, int window, Duration patience, Message request) {
        Channel open = way.channel();
        if (open != null && mayServe(number)) {
            var sink = new OutgoingStream(number, open, window, patience);
            written.put(number, sink);
            RpcException end = way.ending();
            if (end != null) {
                sink.end(String.valueOf(end.getMessage()));
            }
            Thread.ofVirtual().name("stream-" + way.peer()).start(() -> write(number, request, sink));
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
        Channel open = way.channel();
        if (open != null && open.isActive()) { // not by the outbox: it must not overtake the bytes
            Unwatched.writeAndFlush(open, Unpooled.wrappedBuffer(last));
        }
    }

    private boolean mayServe(int number) {
        if (served.incrementAndGet() > node.limits().requests()) {
            served.decrementAndGet();
            way.send(
                    Frames.failure(
                            number,
                            RpcException.Kind.TOO_MANY,
                            node.limits().requests() + " requests are being served already"),
                    null);
            return false;
        }
        return true;
    }

    private static String words(Throwable e) {
        String message = e.getMessage();
        return e instanceof IOException && message != null ? message : e.toString();
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

    /** The connection takes more again. */
    void becameWritable() {
        written.values().forEach(OutgoingStream::writable);
    }

    /** The way is over: nobody reads what is written. */
    void end(String reason) {
        written.values().forEach(stream -> stream.end(reason));
    }
}
