package dev.capstan.kernel.serialization;

import org.jspecify.annotations.Nullable;

/** A function that was given to an operator cannot be sent to executors, mostly for what it captures. */
public final class NotSerializableClosureException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public NotSerializableClosureException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
