package dev.capstan.engine.task;

/** The tasks of a barrier stage did not all come to where one of them waited; all of them will be run again. */
public final class BarrierException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BarrierException(String message) {
        super(message);
    }

    public BarrierException(String message, Throwable cause) {
        super(message, cause);
    }
}
