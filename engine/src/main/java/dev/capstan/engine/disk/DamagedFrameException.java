package dev.capstan.engine.disk;

import java.io.IOException;

/** Data is not as it was written. */
public final class DamagedFrameException extends IOException {
    private static final long serialVersionUID = 1L;

    public DamagedFrameException(String message) {
        super(message);
    }
}
