package dev.capstan.engine.disk;

import java.io.IOException;

/** A file is whole, as far as can be seen, but cannot be read by this program; the message says why. */
public final class OtherFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    OtherFormatException(String message) {
        super(message);
    }
}
