package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.StoredFrame;
import dev.capstan.kernel.rpc.StreamSink;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Keeps what is sent. */
final class SentBytes extends StreamSink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void write(int value) {
        bytes.write(value);
    }

    @Override
    public void write(byte[] from, int offset, int length) {
        bytes.write(from, offset, length);
    }

    /** What the frames hold, decompressed. */
    List<byte[]> frames() throws IOException {
        List<byte[]> frames = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(bytes.toByteArray());
        while (in.hasRemaining()) {
            byte[] stored = new byte[in.getInt()];
            int rawLength = in.getInt();
            Codec codec = Codec.values()[in.get()];
            int checksum = in.getInt();
            in.get(stored);
            frames.add(new StoredFrame(codec, rawLength, checksum, stored).decompressed("what was sent"));
        }
        return frames;
    }
}
