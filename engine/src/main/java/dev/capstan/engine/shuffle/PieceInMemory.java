package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.Frames;
import dev.capstan.engine.disk.StoredFrame;
import dev.capstan.kernel.rpc.StreamSink;

import java.io.IOException;

/** Is compressed on its way, frame by frame. */
record PieceInMemory(long output, Frames frames, Codec codec) implements OutgoingPiece {
    static PieceInMemory of(long output, Frames frames, int skippedFrames, Codec codec) throws IOException {
        for (int i = 0; i < skippedFrames && frames.next(); i++) {
            // those were sent before
        }
        return new PieceInMemory(output, frames, codec);
    }

    @Override
    public void sendTo(StreamSink to) throws IOException {
        while (frames.next()) {
            StoredFrame.of(codec, frames.bytes(), frames.offset(), frames.length()).writeTo(to);
        }
    }

    @Override
    public void close() {
        frames.close();
    }
}
