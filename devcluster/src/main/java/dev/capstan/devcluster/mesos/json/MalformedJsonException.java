package dev.capstan.devcluster.mesos.json;

/** A text is not the message it should be; the message says it in the words of a master. */
public final class MalformedJsonException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedJsonException(String message, Throwable cause) {
        super(message, cause);
    }
}
