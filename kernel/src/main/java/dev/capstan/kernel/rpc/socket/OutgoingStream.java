package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.rpc.RpcException;
import dev.capstan.kernel.rpc.StreamSink;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.ssl.SslHandler;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The end of a stream that writes, for one thread. It sends while the reader's credit lasts and the connection takes
 * more, and waits for both up to the reader's patience. Parts of files go to the socket without a copy in this process,
 * unless they must be encrypted.
 */
final class OutgoingStream extends StreamSink {
    /** So much travels in one frame, so that others get their turn. */
    static final int MOST_IN_FRAME = 64 << 10;

    private final int number;
    private final Channel channel;
    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private long credit;
    private boolean cancelled;
    private @Nullable String ended;

    private final byte[] gathered;
    private int count;

    OutgoingStream(int number, Channel channel, int window, Duration patience) {
        this.number = number;
        this.channel = channel;
        this.credit = window;
        this.patience = patience;
        this.gathered = new byte[Math.min(window, MOST_IN_FRAME / 2)];
    }

    // ---- told by the way ----

    void credit(long bytes) {
        change(() -> credit += bytes);
    }

    /** The reader does not want the rest. */
    void cancel() {
        change(() -> cancelled = true);
    }

    /** The way is over. */
    void end(String reason) {
        change(() -> ended = reason);
    }

    /** The connection takes more again. */
    void writable() {
        change(() -> {});
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // ---- the writer ----

    @Override
    public void write(int value) throws IOException {
        if (count == gathered.length) {
            flush();
        }
        gathered[count++] = (byte) value;
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, from.length);
        if (length < gathered.length - count) {
            System.arraycopy(from, offset, gathered, count, length);
            count += length;
            return;
        }
        flush();
        send(from, offset, length);
    }

    @Override
    public void flush() throws IOException {
        int waiting = count;
        count = 0;
        send(gathered, 0, waiting);
    }

    /** Before the failure of the writer is told; where it was the stream that failed there is nobody to tell. */
    void sendWhatWaits() {
        try {
            flush();
        } catch (IOException e) {
            // the reader is gone, or does not read
        }
    }

    private void send(byte[] from, int offset, int length) throws IOException {
        for (int sent = 0; sent < length; ) {
            int next = take(length - sent);
            ByteBuf frame = begin(next, next);
            frame.writeBytes(from, offset + sent, next);
            Unwatched.writeAndFlush(channel, frame);
            sent += next;
        }
    }

    @Override
    public void write(FileChannel file, long position, long length) throws IOException {
        if (channel.pipeline().get(SslHandler.class) != null) {
            super.write(file, position, length);
            return;
        }
        flush();
        if (file.size() < position + length) {
            throw new EOFException(
                    "the file ends at " + file.size() + ", but bytes up to " + (position + length) + " are wanted");
        }
        for (long sent = 0; sent < length; ) {
            int next = take((int) Math.min(length - sent, MOST_IN_FRAME));
            var part = new PartOfFile(file, position + sent, next);
            writeTogether(begin(next, 0), part);
            awaitWritten(part);
            sent += next;
        }
    }

    /** On the thread of the connection, so that nothing that others write comes between the two. */
    private void writeTogether(ByteBuf head, PartOfFile part) {
        try {
            channel.eventLoop()
                    .execute(() -> {
                        Unwatched.write(channel, head);
                        Unwatched.writeAndFlush(channel, part);
                    });
        } catch (RejectedExecutionException e) { // the connection is over
            head.release();
            part.release();
        }
    }

    private ByteBuf begin(int bodyBytes, int roomFor) {
        ByteBuf frame = channel.alloc().buffer(Frame.HEAD_BYTES + Integer.BYTES + roomFor);
        return Frame.DATA.beginIn(frame, Integer.BYTES + bodyBytes).writeInt(number);
    }

    /** Waits until some of so many bytes may be sent, and says how many. */
    private int take(int wanted) throws IOException {
        lock.lock();
        try {
            awaitTurn();
            int taken = (int) Math.min(Math.min(wanted, MOST_IN_FRAME), credit);
            credit -= taken;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The file is its owner's again only when the socket has it all. A frame that was begun must be completed, even if
     * the reader wants no more; where it cannot be, the connection is of no use any more.
     */
    private void awaitWritten(PartOfFile part) throws IOException {
        lock.lock();
        try {
            awaitWhile(() -> ended == null && part.refCnt() > 0, "the connection has not taken a byte for ");
        } finally {
            lock.unlock();
            if (part.refCnt() > 0) {
                Unwatched.close(channel);
            }
        }
    }

    private void awaitTurn() throws IOException {
        awaitWhile(
                () -> ended == null && !cancelled && (credit == 0 || !channel.isWritable()),
                "the reader of the stream has not read for ");
        if (cancelled) {
            throw new RpcException(RpcException.Kind.CLOSED, "the reader has closed the stream");
        }
        if (ended != null) {
            throw new RpcException(RpcException.Kind.CLOSED, ended);
        }
    }

    private void awaitWhile(BooleanSupplier stuck, String what) throws IOException {
        long left = patience.toNanos();
        try {
            while (stuck.getAsBoolean()) {
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

    /** A part of a file that is not ours to close, and whose owner waits until it is written. */
    private final class PartOfFile extends DefaultFileRegion {
        PartOfFile(FileChannel file, long position, long length) {
            super(file, position, length);
        }

        @Override
        protected void deallocate() {
            writable();
        }
    }
}
