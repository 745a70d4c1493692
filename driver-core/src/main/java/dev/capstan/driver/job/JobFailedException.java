package dev.capstan.driver.job;

import org.jspecify.annotations.Nullable;

/**
 * A job did not succeed; the message says which, why, and shows the user's part of the stack of the task that failed.
 */
public class JobFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JobFailedException(String message) {
        this(message, null);
    }

    public JobFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
