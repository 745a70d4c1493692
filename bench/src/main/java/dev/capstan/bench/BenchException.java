package dev.capstan.bench;

import org.jspecify.annotations.Nullable;

/** There is no figure; the message is one line that says why and what would help. */
public final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BenchException(String message) {
        super(message);
    }

    BenchException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
