package dev.capstan.engine.disk;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Reads a segment from its file, with few calls for many small frames. */
final class SegmentReader implements StoredFrames {
    private static final int BUFFER_BYTES = 64 << 10;

    private final Segment segment;
    private final RandomAccessFile file;
    private final byte[] buffer;
    private int buffered;
    private int taken;
    private long position;
    private long frameStart;

    SegmentReader(Segment segment) throws IOException {
        this.segment = segment;
        this.buffer = new byte[(int) Math.min(BUFFER_BYTES, segment.length())];
        this.position = segment.start();
        this.file = new RandomAccessFile(segment.file().toFile(), "r");
        file.seek(position);
    }

    @Override
    public @Nullable StoredFrame next() throws IOException {
        if (position >= segment.end()) {
            return null;
        }
        frameStart = position;
        ByteBuffer bytes = ByteBuffer.wrap(read(FrameHead.BYTES));
        FrameHead head = FrameHead.of(bytes.getInt(), bytes.getInt(), bytes.get(), bytes.getInt(), this::where);
        return new StoredFrame(head.codec(), head.rawLength(), head.checksum(), read(head.size()));
    }

    private byte[] read(int length) throws IOException {
        if (length > segment.end() - position) {
            throw damaged("it does not end where the segment ends");
        }
        byte[] bytes = new byte[length];
        int done = Math.min(length, buffered - taken);
        System.arraycopy(buffer, taken, bytes, 0, done);
        taken += done;
        if (length - done >= buffer.length) {
            file.readFully(bytes, done, length - done);
        } else if (done < length) {
            buffered = (int) Math.min(buffer.length, segment.end() - position - done);
            file.readFully(buffer, 0, buffered);
            taken = length - done;
            System.arraycopy(buffer, 0, bytes, done, taken);
        }
        position += length;
        return bytes;
    }

    private DamagedFrameException damaged(String why) {
        return new DamagedFrameException("damaged frame: " + where() + ": " + why);
    }

    /** The frame that was read last. */
    String where() {
        return segment.content() + " in " + segment.file() + " at byte " + frameStart;
    }

    /** The frame that was read last, and nothing of what was read before. */
    @Nullable StoredFrame again() throws IOException {
        try (SegmentReader fresh =
                new SegmentReader(new Segment(segment.file(), frameStart, segment.end(), segment.content()))) {
            return fresh.next();
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) { // of a file that was only read
            throw new UncheckedIOException(e);
        }
    }
}
