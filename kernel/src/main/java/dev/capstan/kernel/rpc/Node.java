package dev.capstan.kernel.rpc;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Outbound;

import java.io.IOException;
import java.time.Duration;

/**
 * This process on the transport.
 *
 * <p>Contract: messages from one node to another arrive in the order they were sent, each at most once; they are lost
 * only together with the connection, and then {@link Receiver#peerLost} is told on both sides that still live. Sending
 * never blocks.
 */
public interface Node extends Outbound, AutoCloseable {
    String name();

    @Override
    void send(Address from, Address to, Message message);

    /**
     * Asks a peer for bytes and waits.
     *
     * @throws IOException when the peer cannot be reached, refuses, or does not answer in time; says which
     */
    byte[] request(String node, Message request, Duration deadline) throws IOException;

    /** Leaves; peers are told. Idempotent. */
    @Override
    void close();
}
