package dev.capstan.kernel.rpc;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;

import java.io.IOException;

/**
 * What a process does with what reaches it. Called on any thread, also on one that is sending; only {@link #serve} and
 * {@link #stream} may block, each has a thread of its own.
 */
public interface Receiver {
    /** A message for one of its actors. */
    void receive(Address to, Message message);

    /** Whether so much waits here that no message should be read for a moment; the senders are slowed by that. */
    default boolean isBusy() {
        return false;
    }

    /**
     * A request for bytes that fit into one message: a block, a piece of map output.
     *
     * @throws IOException told to the peer with its message, as is any other exception
     */
    default byte[] serve(Message request) throws IOException {
        throw new IOException("nothing is served here: " + request.trace());
    }

    /**
     * A request for bytes of any number. A write waits while the reader is slow, and throws when the reader has closed
     * the stream, does not read for longer than its patience, or is lost; what has been opened here is to be closed
     * then.
     *
     * @param to ends when this method returns; there is no need to close it
     * @throws IOException told to the reader with its message, behind the bytes that were written
     */
    default void stream(Message request, StreamSink to) throws IOException {
        to.write(serve(request));
    }

    /**
     * The way to a peer is gone, or there never was one; what was under way to it or from it may be lost. Told once for
     * each way, and once for each attempt that found none.
     */
    default void peerLost(String node, String reason) {}

    /** This node wanted to speak with a peer, and one of the two refused the other. Told once for each life of it. */
    default void peerRefused(Refusal refusal) {}

    /** The peer takes messages again after {@link Node#isWritable} was false. */
    default void peerWritable(String node) {}
}
