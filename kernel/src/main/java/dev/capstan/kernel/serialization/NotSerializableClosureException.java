package dev.capstan.kernel.serialization;

/** A function that was given to an operator captures something that cannot be sent to executors. */
public final class NotSerializableClosureException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public NotSerializableClosureException(String message, Throwable cause) {
        super(message, cause);
    }
}
