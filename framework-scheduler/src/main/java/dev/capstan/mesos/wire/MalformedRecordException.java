package dev.capstan.mesos.wire;

import java.io.IOException;

/** A stream that should consist of records does not. */
public final class MalformedRecordException extends IOException {
    private static final long serialVersionUID = 1L;

    public MalformedRecordException(String message) {
        super(message);
    }
}
