package dev.capstan.ha;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** Somebody else has taken over, and will not be disturbed. */
public final class StaleEpochException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param what was to be written
     * @param ours the epoch of the term that wrote
     */
    public StaleEpochException(String what, long ours) {
        this(what, ours, null);
    }

    /**
     * @param cause how that was found out
     */
    public StaleEpochException(String what, long ours, @Nullable Throwable cause) {
        super(what + ": somebody has taken over since epoch " + ours, cause);
    }
}
