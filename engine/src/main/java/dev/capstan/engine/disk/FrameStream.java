package dev.capstan.engine.disk;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Frames on a stream between processes: each as it is stored, with its head, and a mark behind the last one. */
public final class FrameStream {
    private static final int END = -1;

    private FrameStream() {}

    /**
     * Writes all frames and the mark.
     *
     * @throws IOException when a frame cannot be read, or nobody reads the stream any more
     */
    public static void write(StoredFrames frames, OutputStream to) throws IOException {
        var out = new DataOutputStream(to);
        for (StoredFrame frame = frames.next(); frame != null; frame = frames.next()) {
            frame.writeTo(out);
        }
        out.writeInt(END);
        out.flush();
    }

    /**
     * Reads frames with the memory of one; each is checked when it has come.
     *
     * @param in is closed with the frames
     * @param where they come from, for messages
     */
    public static Frames read(InputStream in, String where) {
        return new Arriving(new DataInputStream(in), where);
    }

    private static final class Arriving implements Frames {
        private final DataInputStream in;
        private final String where;
        private byte[] bytes = {};
        private boolean complete;

        Arriving(DataInputStream in, String where) {
            this.in = in;
            this.where = where;
        }

        @Override
        public boolean next() throws IOException {
            if (complete) {
                return false;
            }
            try {
                int size = in.readInt();
                complete = size == END;
                if (!complete) {
                    bytes = StoredFrame.read(size, in, () -> where).decompressed(where);
                }
            } catch (EOFException e) { // which does not know what the stream carries
                throw (EOFException) new EOFException(where + ": the stream ends before its mark").initCause(e);
            }
            return !complete;
        }

        @Override
        public byte[] bytes() {
            return bytes;
        }

        @Override
        public void close() {
            complete = true;
            try {
                in.close();
            } catch (IOException e) {
                // it is of no use any more
            }
        }
    }
}
