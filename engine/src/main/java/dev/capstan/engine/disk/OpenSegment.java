package dev.capstan.engine.disk;

import dev.capstan.kernel.rpc.StreamSink;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** A segment that is open for being sent as it is; the file may be deleted meanwhile. */
public final class OpenSegment implements AutoCloseable {
    /** Smaller ones are copied: many of them then fit into one packet. */
    private static final int COPIED_BYTES = 32 << 10;

    private final Segment segment;
    private final FileChannel file;
    private long position;

    private OpenSegment(Segment segment, FileChannel file) {
        this.segment = segment;
        this.file = file;
        this.position = segment.start();
    }

    /**
     * @param skippedFrames how many of its frames are not to be sent
     * @throws EOFException when the file is shorter than it was
     */
    static OpenSegment of(Segment segment, int skippedFrames) throws IOException {
        FileChannel file = FileChannel.open(segment.file(), StandardOpenOption.READ);
        try {
            var open = new OpenSegment(segment, file);
            open.checkLength();
            for (int i = 0; i < skippedFrames && open.position < segment.end(); i++) {
                open.skipFrame();
            }
            return open;
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    private void checkLength() throws IOException {
        if (file.size() < segment.end()) {
            throw new EOFException(
                    segment.content()
                            + " in "
                            + segment.file()
                            + ": the file ends at byte "
                            + file.size()
                            + ", but had data up to "
                            + segment.end());
        }
    }

    private void skipFrame() throws IOException {
        ByteBuffer size = ByteBuffer.allocate(Integer.BYTES);
        while (size.hasRemaining() && file.read(size, position + size.position()) >= 0) {
            // it seldom takes more than one call
        }
        long next = position + FrameHead.BYTES + (size.hasRemaining() ? -1 : size.getInt(0));
        if (next < position + FrameHead.BYTES || next > segment.end()) {
            throw new DamagedFrameException(
                    "damaged frame: "
                            + segment.content()
                            + " in "
                            + segment.file()
                            + " at byte "
                            + position
                            + ": its head makes no sense");
        }
        position = next;
    }

    /** Sends what there is from here to the end. */
    public void sendTo(StreamSink to) throws IOException {
        long length = segment.end() - position;
        if (length > COPIED_BYTES) {
            to.write(file, position, length);
            return;
        }
        ByteBuffer copy = ByteBuffer.allocate((int) length);
        while (copy.hasRemaining()) {
            if (file.read(copy, position + copy.position()) < 0) {
                checkLength();
            }
        }
        to.write(copy.array(), 0, copy.position());
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
