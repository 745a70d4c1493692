package dev.capstan.driver.job;

/** A job was cancelled. */
public final class JobCancelledException extends JobFailedException {
    private static final long serialVersionUID = 1L;

    public JobCancelledException(String message) {
        super(message);
    }
}
