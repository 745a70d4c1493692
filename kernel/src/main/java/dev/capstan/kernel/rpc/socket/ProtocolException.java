package dev.capstan.kernel.rpc.socket;

import java.io.IOException;

/** A peer, or somebody who is none, sent what no peer sends. */
final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    ProtocolException(String message) {
        super(message);
    }

    ProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
