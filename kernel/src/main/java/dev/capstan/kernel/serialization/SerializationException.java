package dev.capstan.kernel.serialization;

import org.jspecify.annotations.Nullable;

/** Something cannot be written as bytes or read from them; the message names the class and what to do. */
public class SerializationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SerializationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
