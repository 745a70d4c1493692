package dev.capstan.executor;

import dev.capstan.engine.execution.TaskResult;

/** One attempt at a task. */
interface TaskRun {
    /** Does the work on the calling thread, once; whatever happens is told in the result. */
    TaskResult run();

    /** Asks it to end; from any thread, at any time. */
    void kill(String reason);

    /** How far it is; from any thread, a rough figure. */
    long recordsRead();
}
