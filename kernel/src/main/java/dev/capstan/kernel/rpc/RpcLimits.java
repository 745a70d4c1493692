package dev.capstan.kernel.rpc;

import dev.capstan.kernel.config.ByteSize;

/**
 * What a node keeps for one peer at most, so that no peer can make it grow.
 *
 * @param message the encoded size of one message, and the size of one answer in bytes
 * @param waitingMessages how many messages may wait to be sent to one peer
 * @param waitingBytes how much they may hold together
 * @param requests how many requests and streams to one peer may be under way
 * @param streamWindow how much of a stream may wait for its reader
 */
public record RpcLimits(
        ByteSize message, int waitingMessages, ByteSize waitingBytes, int requests, ByteSize streamWindow) {
    public static final RpcLimits DEFAULT =
            new RpcLimits(mebibytes(64), 65_536, mebibytes(256), 4_096, new ByteSize(256 << 10));

    public RpcLimits {
        if (waitingMessages < 1 || requests < 1) {
            throw new IllegalArgumentException(
                    "at least one message and one request: " + waitingMessages + ", " + requests);
        }
        if (message.bytes() < 1 || streamWindow.bytes() < 1 || streamWindow.bytes() > 1 << 30) {
            throw new IllegalArgumentException("a byte at least, and a stream's window at most 1g");
        }
    }

    private static ByteSize mebibytes(long count) {
        return new ByteSize(count << 20);
    }
}
