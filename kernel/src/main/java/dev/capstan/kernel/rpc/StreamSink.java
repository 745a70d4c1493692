package dev.capstan.kernel.rpc;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The end of a stream that is written. Bytes may wait here until there are enough of them, {@link #flush} is called or
 * the stream ends.
 */
public abstract class StreamSink extends OutputStream {
    private static final int COPIED_AT_ONCE = 32 << 10;

    /**
     * Writes a part of a file; a transport that can hands it to the socket without a copy in this process.
     *
     * @throws EOFException when the file ends before the part does
     */
    public void write(FileChannel file, long position, long length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(length, COPIED_AT_ONCE));
        long end = position + length;
        for (long at = position; at < end; ) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            int count = file.read(buffer, at);
            if (count < 0) {
                throw new EOFException("the file ends at " + at + ", but " + (end - at) + " more bytes are wanted");
            }
            write(buffer.array(), 0, count);
            at += count;
        }
    }
}
