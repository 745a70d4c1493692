package dev.capstan.engine.disk;

import java.io.IOException;

/** No local directory takes what is to be written; most often because the disk is full. */
public final class DiskWriteException extends IOException {
    private static final long serialVersionUID = 1L;

    public DiskWriteException(String message, IOException cause) {
        super(message, cause);
    }
}
