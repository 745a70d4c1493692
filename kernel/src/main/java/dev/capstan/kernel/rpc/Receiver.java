package dev.capstan.kernel.rpc;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;

import java.io.IOException;

/** What a process does with what reaches it. Called on the transport's threads; {@link #receive} must not block. */
public interface Receiver {
    /** A message for one of its actors. */
    void receive(Address to, Message message);

    /** A request for bytes: a block, a map output. May block. */
    default byte[] serve(Message request) throws IOException {
        throw new IOException("nothing is served here: " + request.trace());
    }

    /** The way to a peer is gone; what was under way to it or from it may be lost. */
    default void peerLost(String node, String reason) {}
}
