package dev.capstan.engine.shuffle;

import dev.capstan.kernel.rpc.StreamSink;

import java.io.IOException;

/**
 * A piece of a map output that is open for sending. It can be sent to its end, whatever becomes of the output
 * meanwhile.
 */
public interface OutgoingPiece extends AutoCloseable {
    /**
     * Which output of its store it belongs to. The output of another attempt at the same map task has another number.
     */
    long output();

    /** Sends its frames as they lie on disk. */
    void sendTo(StreamSink to) throws IOException;

    @Override
    void close();
}
