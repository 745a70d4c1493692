package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.Answer;
import dev.capstan.kernel.rpc.RpcException;

import io.netty.buffer.ByteBuf;

import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * What this node has asked of one peer and has not heard the end of. Any thread asks; what comes back is told by the
 * thread of the connection, in order.
 */
final class Questions {
    private final SocketNode node;
    private final Way way;
    private final AtomicInteger nextNumber = new AtomicInteger();
    private final ConcurrentMap<Integer, Asked> asked = new ConcurrentHashMap<>();

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

    Questions(SocketNode node, Way way) {
        this.node = node;
        this.way = way;
    }

    /**
     * @param told once, unless this throws
     */
    void ask(Message request, Duration deadline, Consumer<Answer> told) throws RpcException {
        int number = nextNumber.incrementAndGet();
        byte[] frame = node.frames().request(number, request);
        Future<?> late = node.after(deadline, () -> giveUp(number, deadline));
        try {
            begin(number, new Asked.ForBytes(told, late));
        } catch (RpcException e) {
            late.cancel(false); // whoever asks too often would leave a timer each time
            throw e;
        }
        way.send(frame, null);
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
                                way.send(Frames.credit(number, bytes), null);
                            }

                            @Override
                            public void closed() {
                                if (asked.remove(number) != null) {
                                    way.send(Frames.of(Frame.CANCEL, number), null);
                                }
                            }
                        });
        byte[] frame = node.frames().open(number, window, patience, request);
        begin(number, new Asked.ForStream(stream));
        way.send(frame, null);
        return stream;
    }

    private void begin(int number, Asked question) throws RpcException {
        int most = node.limits().requests();
        if (asked.size() >= most) {
            throw way.failure(RpcException.Kind.TOO_MANY, most + " requests are under way already");
        }
        asked.put(number, question);
        RpcException end = way.ending();
        if (end != null && asked.remove(number) != null) { // nobody may look at it any more
            throw way.failure(end.kind(), String.valueOf(end.getMessage()));
        }
    }

    // ---- what comes back ----

    void answered(int number, byte[] bytes) {
        if (asked.remove(number) instanceof Asked.ForBytes(var told, var deadline)) {
            deadline.cancel(false);
            told.accept(new Answer.Bytes(bytes));
        }
    }

    void failed(int number, RpcException.Kind kind, String words) {
        Asked question = asked.remove(number);
        if (question != null) {
            question.fail(way.failure(kind, words));
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

    /** The way is over: nothing will come back. */
    void end(RpcException.Kind kind, String reason) {
        for (Integer number : asked.keySet()) {
            failed(number, kind, reason);
        }
    }
}
