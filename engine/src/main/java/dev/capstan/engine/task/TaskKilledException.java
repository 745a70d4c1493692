package dev.capstan.engine.task;

/** Ends a task that was asked to end; user code should let it pass. */
public final class TaskKilledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TaskKilledException(String reason) {
        super(reason);
    }
}
