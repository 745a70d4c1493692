package dev.capstan.kernel.rpc;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Outbound;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * This process on the transport.
 *
 * <p><b>Ways.</b> Two nodes have at most one way between them, made when one first reaches for the other. Both then say
 * {@link Hello}, and each refuses a peer of another protocol or cluster, and one that is older than what it has seen of
 * that node ({@link Acquaintances}). Whoever reached out is told by {@link Receiver#peerRefused}. A way that ends is
 * told by {@link Receiver#peerLost}, once, to each of the two that still lives. The next message makes a new one.
 *
 * <p><b>Messages</b> from one node to another arrive in the order in which they were sent, each at most once. They are
 * lost only together with the way. A message that is sent by one thread while another ends the way may or may not
 * arrive, in memory even shortly after {@code peerLost}; epochs and incarnations within messages are there for that.
 *
 * <p><b>Sending never blocks, and what waits is bounded</b> ({@link RpcLimits}). Senders are loops, and two loops that
 * wait for each other never wake; nor may a message be left out, since protocols count on order without gaps. So a peer
 * that does not take its messages is treated like one that is gone: of messages of which only the latest counts, the
 * newer one replaces the older that waits; when the others exceed the limit, the way ends with that reason. Protocols
 * survive this as they survive any lost connection, by saying again what was not acknowledged. Whoever can hold back
 * what it produces asks {@link #isWritable} first, which turns false at half the limit. Data in bulk travels in
 * streams, which do slow their writer.
 *
 * <p><b>Size.</b> A message may not be larger than {@link RpcLimits#message} when it is encoded; that is a mistake of
 * whoever makes messages of user data without a look at their size, and {@link #send} throws. In memory nothing is
 * encoded, so only answers in bytes are measured there. Streams may have any length.
 *
 * <p>All methods may be called by any thread.
 */
public interface Node extends Outbound, AutoCloseable {
    String name();

    RpcLimits limits();

    /**
     * Sends one way; never blocks. What cannot be sent is dropped, after {@link #close} without a word.
     *
     * @throws IllegalArgumentException when the message is too large, with its size and the limit
     */
    @Override
    void send(Address from, Address to, Message message);

    /** Whether a message to this peer would wait behind less than half of what may wait. */
    boolean isWritable(String node);

    /**
     * Asks a peer for bytes and goes on; for loops.
     *
     * @param deadline after which an answer is no longer wanted; one that comes later is dropped
     * @param told once, on a thread of the transport; must not block
     */
    void ask(String node, Message request, Duration deadline, Consumer<Answer> told);

    /**
     * Asks a peer for bytes and waits.
     *
     * @throws RpcException when the peer cannot be reached, refuses, or does not answer in time; says which
     * @throws java.io.InterruptedIOException when the thread is interrupted, which it still is afterwards
     */
    byte[] request(String node, Message request, Duration deadline) throws IOException;

    /**
     * Has a peer write a stream. At most {@link RpcLimits#streamWindow} of it waits for its reader. Closing it early
     * tells the writer; it must be closed in any case.
     *
     * @param patience how long either end waits for the other to move
     * @return throws, when read, an {@link RpcException} when the writer fails or is lost, behind what it wrote
     * @throws RpcException when the peer cannot be reached or refuses
     */
    InputStream open(String node, Message request, Duration patience) throws IOException;

    /**
     * Leaves. What was sent before arrives, then peers are told. What this node waits for fails with {@link
     * RpcException.Kind#CLOSED}. Idempotent.
     */
    @Override
    void close();
}
