package dev.capstan.kernel.rpc;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * A stream within one process: a ring of bytes between a thread that writes and one that reads. Whoever is ahead waits
 * for the other, up to its patience. The lock guards all of it: both ends must see the bytes and the end as one.
 */
final class Pipe {
    private final byte[] ring;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private int first;
    private int filled;
    private boolean finished;
    private boolean abandoned;
    private @Nullable RpcException failure;

    Pipe(int window, Duration patience) {
        this.ring = new byte[window];
        this.patience = patience;
    }

    /** The end that reads; closing it tells the writer. */
    InputStream source() {
        return new Source();
    }

    /** The end that writes. Closing it means nothing: whether the stream is complete, its writer says by returning. */
    StreamSink sink() {
        return new Sink();
    }

    /** No byte will follow. */
    void finish() {
        end(null);
    }

    /** The reader is to see this behind what was written. The first end counts. */
    void fail(RpcException cause) {
        end(cause);
    }

    private void end(@Nullable RpcException cause) {
        lock.lock();
        try {
            if (!finished) {
                finished = true;
                failure = cause;
                moved.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void write(byte[] from, int offset, int length) throws IOException {
        int written = 0;
        while (written < length) {
            lock.lock();
            try {
                awaitWhile(() -> filled == ring.length, "the reader of the stream has not read for ");
                if (abandoned) {
                    throw new RpcException(RpcException.Kind.CLOSED, "the reader has closed the stream");
                }
                if (finished) {
                    throw failed("the stream has ended");
                }
                int end = (first + filled) % ring.length;
                int count = Math.min(length - written, Math.min(ring.length - filled, ring.length - end));
                System.arraycopy(from, offset + written, ring, end, count);
                filled += count;
                written += count;
                moved.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private int read(byte[] into, int offset, int length) throws IOException {
        lock.lock();
        try {
            awaitWhile(() -> filled == 0, "the writer of the stream has not written for ");
            if (abandoned) {
                throw new RpcException(RpcException.Kind.CLOSED, "the stream is closed");
            }
            if (filled == 0) {
                if (failure != null) {
                    throw failed("");
                }
                return -1;
            }
            int count = Math.min(length, Math.min(filled, ring.length - first));
            System.arraycopy(ring, first, into, offset, count);
            first = (first + count) % ring.length;
            filled -= count;
            moved.signalAll();
            return count;
        } finally {
            lock.unlock();
        }
    }

    private void abandon() {
        lock.lock();
        try {
            abandoned = true;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Holding the lock: waits until the other end moves or either has ended. */
    private void awaitWhile(BooleanSupplier stuck, String what) throws IOException {
        long left = patience.toNanos();
        try {
            while (!finished && !abandoned && stuck.getAsBoolean()) {
                if (left <= 0) {
                    throw new RpcException(RpcException.Kind.LATE, what + patience);
                }
                left = moved.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted at a stream").initCause(e);
        }
    }

    /** Made anew, since an exception belongs to the thread that sees it. */
    private RpcException failed(String otherwise) {
        return failure == null
                ? new RpcException(RpcException.Kind.CLOSED, otherwise)
                : new RpcException(failure.kind(), String.valueOf(failure.getMessage()));
    }

    private final class Source extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            return length == 0 ? 0 : Pipe.this.read(into, offset, length);
        }

        @Override
        public void close() {
            abandon();
        }
    }

    private final class Sink extends StreamSink {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, from.length);
            Pipe.this.write(from, offset, length);
        }
    }
}
