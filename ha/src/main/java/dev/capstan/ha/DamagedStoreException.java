package dev.capstan.ha;

import java.io.IOException;

/** What is there cannot be what was written. Nothing is guessed, and nothing is deleted. */
public final class DamagedStoreException extends IOException {
    private static final long serialVersionUID = 1L;

    public DamagedStoreException(String message) {
        super(message);
    }

    public DamagedStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
