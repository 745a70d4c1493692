package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.OpenSegment;
import dev.capstan.kernel.rpc.StreamSink;

import java.io.IOException;

/** Goes from the file to the socket; what lies there has the layout in which it travels. */
record PieceOnDisk(long output, OpenSegment segment) implements OutgoingPiece {
    @Override
    public void sendTo(StreamSink to) throws IOException {
        segment.sendTo(to);
    }

    @Override
    public void close() {
        segment.close();
    }
}
