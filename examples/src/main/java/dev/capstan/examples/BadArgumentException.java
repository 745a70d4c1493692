package dev.capstan.examples;

/** An example cannot be run with what it was given; the message is one line that says what it takes. */
public final class BadArgumentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadArgumentException(String message) {
        super(message);
    }
}
