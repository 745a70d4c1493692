package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.rpc.RpcException;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The end of a stream that reads. What has come waits as the transport received it; the writer may send as much as fits
 * into the window, and more as it is read. The lock guards all of it: bytes and end must be seen as one.
 */
final class IncomingStream extends InputStream {
    /** How the reader's progress reaches the writer. */
    interface Feedback {
        /** So many further bytes may come. */
        void credit(int bytes);

        /** No further ones are wanted. Told once, also when the stream is complete. */
        void closed();
    }

    private final int window;
    private final Duration patience;
    private final Feedback feedback;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private int readSinceCredit;
    private boolean complete;
    private boolean closed;
    private @Nullable RpcException failure;

    IncomingStream(int window, Duration patience, Feedback feedback) {
        this.window = window;
        this.patience = patience;
        this.feedback = feedback;
    }

    /**
     * Takes the bytes and the reference to them.
     *
     * @throws ProtocolException when they are more than were allowed
     */
    void arrived(ByteBuf bytes) throws ProtocolException {
        lock.lock();
        try {
            if (closed || complete) {
                bytes.release();
                return;
            }
            waitingBytes += bytes.readableBytes();
            waiting.add(bytes);
            if (waitingBytes > window) {
                throw new ProtocolException(
                        "a stream with " + waitingBytes + " bytes unread, where " + window + " may wait");
            }
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** No byte will follow. */
    void finish() {
        end(null);
    }

    /** The reader is to see this behind what has come. The first end counts. */
    void fail(RpcException cause) {
        end(cause);
    }

    private void end(@Nullable RpcException cause) {
        lock.lock();
        try {
            if (!complete) {
                complete = true;
                failure = cause;
                moved.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        int count;
        int credit = 0;
        lock.lock();
        try {
            awaitBytes();
            if (closed) {
                throw new RpcException(RpcException.Kind.CLOSED, "the stream is closed");
            }
            if (waiting.isEmpty()) {
                if (failure != null) { // made anew, since an exception belongs to the thread that sees it
                    throw new RpcException(failure.kind(), String.valueOf(failure.getMessage()));
                }
                return -1;
            }
            count = readWaiting(into, offset, length);
            readSinceCredit += count;
            if (readSinceCredit >= (window + 3) / 4 && !complete) {
                credit = readSinceCredit;
                readSinceCredit = 0;
            }
        } finally {
            lock.unlock();
        }
        if (credit > 0) {
            feedback.credit(credit);
        }
        return count;
    }

    private int readWaiting(byte[] into, int offset, int length) {
        int count = 0;
        for (ByteBuf first = waiting.peek(); first != null && count < length; first = waiting.peek()) {
            int next = Math.min(length - count, first.readableBytes());
            first.readBytes(into, offset + count, next);
            count += next;
            if (!first.isReadable()) {
                waiting.remove().release();
            }
        }
        waitingBytes -= count;
        return count;
    }

    private void awaitBytes() throws IOException {
        long left = patience.toNanos();
        try {
            while (waiting.isEmpty() && !complete && !closed) {
                if (left <= 0) {
                    throw new RpcException(
                            RpcException.Kind.LATE, "the writer of the stream has not written for " + patience);
                }
                left = moved.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted at a stream").initCause(e);
        }
    }

    @Override
    public int available() {
        lock.lock();
        try {
            return (int) waitingBytes;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            for (ByteBuf bytes = waiting.poll(); bytes != null; bytes = waiting.poll()) {
                bytes.release();
            }
            waitingBytes = 0;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
        feedback.closed();
    }
}
