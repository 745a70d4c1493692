package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.StoredFrame;
import dev.capstan.kernel.rpc.StreamSink;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
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
        var in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
        while (in.available() > 0) {
            frames.add(StoredFrame.read(in.readInt(), in, () -> "what was sent").decompressed("what was sent"));
        }
        return frames;
    }
}
