package dev.capstan.kernel.rpc;

import java.io.IOException;

/** A request or a stream that failed, and which of the few ways it was. */
public final class RpcException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. The order is part of the frames of a socket. */
    public enum Kind {
        /** There is no way to the peer, or it was lost before the answer came. */
        UNREACHABLE,
        /** One of the two refuses the other; see {@link Refusal}. */
        REFUSED,
        /** The answer did not come in time, or the other end of a stream did not move. */
        LATE,
        /** The peer could not answer, and said why. */
        FAILED,
        /** The answer is larger than a message may be: have it streamed. */
        TOO_LARGE,
        /** So many requests to this peer are under way that no further one is begun. */
        TOO_MANY,
        /** This node was closed. */
        CLOSED
    }

    private final Kind kind;

    public RpcException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
