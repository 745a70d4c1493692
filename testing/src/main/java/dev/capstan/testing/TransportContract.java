package dev.capstan.testing;

import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.config.ByteSize;
import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.Receiver;
import dev.capstan.kernel.rpc.RpcLimits;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/**
 * What every transport promises: see {@link Node}. A transport extends this and says how nodes join. Each part of the
 * contract is in a file of its own.
 */
@Tag("live")
public abstract class TransportContract {
    /** Limits to join with, small enough to be reached. */
    protected static final RpcLimits LIMITS =
            new RpcLimits(new ByteSize(64 << 10), 1_000, new ByteSize(4 << 20), 64, new ByteSize(16 << 10));

    /** A node with {@link #LIMITS} that reaches all others of this test. */
    protected abstract Node join(Hello hello, Receiver receiver);

    /**
     * Makes the node stop taking what is sent to it, as a process does that hangs.
     *
     * @return whether it did; false for a transport in which nothing ever waits
     */
    protected boolean hang(Node node) {
        return false;
    }

    /** Lets a node go on that hangs. */
    protected void goOn(Node node) {}

    /** What a stream may hold beyond its window: buffers of sockets, for one. */
    protected long slackBytes() {
        return 1_000;
    }

    /** A message of these tests; a transport that encodes messages must be able to encode it. */
    public record Numbered(int sender, long number, String text) implements Message {}

    /** One of which only the latest counts. */
    public record Beat(long number) implements Message {
        @Override
        public Delivery delivery() {
            return Delivery.LATEST;
        }
    }

    @Nested
    final class Messages extends MessageContract {
        Messages() {
            super(TransportContract.this);
        }
    }

    @Nested
    final class Peers extends PeerContract {
        Peers() {
            super(TransportContract.this);
        }
    }

    @Nested
    final class Leaving extends LeavingContract {
        Leaving() {
            super(TransportContract.this);
        }
    }

    @Nested
    final class Requests extends RequestContract {
        Requests() {
            super(TransportContract.this);
        }
    }

    @Nested
    final class Streams extends StreamContract {
        Streams() {
            super(TransportContract.this);
        }
    }
}
