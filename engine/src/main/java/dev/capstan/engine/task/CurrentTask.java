package dev.capstan.engine.task;

/** Where the task of a thread is found. */
final class CurrentTask {
    static final ScopedValue<TaskContext> TASK = ScopedValue.newInstance();

    private CurrentTask() {}
}
