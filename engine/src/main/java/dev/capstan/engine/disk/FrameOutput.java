package dev.capstan.engine.disk;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Writes frames at the end of a file: the {@link FrameHead} of each, and then its compressed bytes. */
public final class FrameOutput implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final RandomAccessFile file;
    private final Codec codec;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private byte[] compressed = new byte[0];
    private int buffered;
    private long position;
    private @Nullable Path copiedFile;
    private @Nullable RandomAccessFile copied;

    FrameOutput(RandomAccessFile file, Codec codec, long position) {
        this.file = file;
        this.codec = codec;
        this.position = position;
    }

    /** Where the next frame will begin. */
    public long position() {
        return position;
    }

    /** Writes a frame. */
    public void frame(byte[] raw, int offset, int length) throws IOException {
        int most = codec.mostBytes(length);
        if (compressed.length < most) {
            compressed = new byte[most];
        }
        int size = codec.compress(raw, offset, length, compressed);
        int checksum = StoredFrame.checksum(codec, length, compressed, 0, size);
        write(new FrameHead(size, length, codec, checksum).toBytes(), 0, FrameHead.BYTES);
        write(compressed, 0, size);
    }

    /** Copies the frames of another segment as they are. */
    public void copy(Segment segment) throws IOException {
        byte[] chunk = new byte[(int) Math.min(BUFFER_BYTES, segment.length())];
        RandomAccessFile from = opened(segment.file());
        from.seek(segment.start());
        for (long left = segment.length(); left > 0; ) {
            int length = (int) Math.min(chunk.length, left);
            from.readFully(chunk, 0, length);
            write(chunk, 0, length);
            left -= length;
        }
    }

    /** Segments are copied from one file most of the time, and there may be many of them. */
    private RandomAccessFile opened(Path from) throws IOException {
        if (copied == null || !from.equals(copiedFile)) {
            close();
            copied = new RandomAccessFile(from.toFile(), "r");
            copiedFile = from;
        }
        return copied;
    }

    /** Writes a number as it is, outside of any frame. */
    public void number(long value) throws IOException {
        write(ByteBuffer.allocate(Long.BYTES).putLong(value).array(), 0, Long.BYTES);
    }

    private void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > BUFFER_BYTES - buffered) {
            flush();
        }
        if (length > BUFFER_BYTES) {
            file.write(bytes, offset, length);
        } else {
            System.arraycopy(bytes, offset, buffer, buffered, length);
            buffered += length;
        }
        position += length;
    }

    void flush() throws IOException {
        file.write(buffer, 0, buffered);
        buffered = 0;
    }

    /** Lets go of what was copied from; the file that is written is the caller's. */
    @Override
    public void close() throws IOException {
        if (copied != null) {
            copied.close();
            copied = null;
        }
    }
}
