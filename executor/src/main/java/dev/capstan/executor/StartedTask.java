package dev.capstan.executor;

import dev.capstan.engine.execution.FailureText;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.executor.logic.ExecutorSignal.TaskDone;
import dev.capstan.executor.logic.RunQueue.Queued;

import org.jspecify.annotations.Nullable;

/**
 * A task that has left the queue for a thread, and the way to end it. The thread is interrupted only while the task
 * runs on it: both sides take this object's lock, because an interrupt that comes a moment late would hit the next
 * task.
 */
final class StartedTask {
    final Queued queued;
    final long startedNanos;

    /** Its outcome when there is no memory left to make one. */
    final TaskDone untellable;

    /** Set under the pool's lock; the thread reads it without, to keep the late end of its task to itself. */
    volatile boolean abandoned;

    private @Nullable Thread thread;
    private @Nullable TaskRun run;
    private @Nullable String killed;

    StartedTask(Queued queued, long startedNanos) {
        this.queued = queued;
        this.startedNanos = startedNanos;
        this.untellable = new TaskDone(id(), FailureText.UNTELLABLE_OUTCOME, TaskMetrics.NONE);
    }

    TaskId id() {
        return queued.launch().id();
    }

    /** The task begins on the calling thread. */
    synchronized void begin(TaskRun attempt) {
        thread = Thread.currentThread();
        run = attempt;
        if (killed != null) {
            attempt.kill(killed);
        }
    }

    /**
     * The task has ended; an interrupt that was meant for it does not outlive it. Its thread keeps this object until
     * the next task comes, but nothing of what the task has used.
     */
    synchronized void end() {
        thread = null;
        run = null;
        Thread.interrupted();
    }

    /** Asks it to end; one that has not begun learns it when it does, and needs no interrupt. */
    synchronized void kill(String reason, boolean interrupt) {
        killed = reason;
        if (run != null) {
            run.kill(reason);
        }
        if (interrupt && thread != null) {
            thread.interrupt();
        }
    }

    synchronized long recordsRead() {
        return run == null ? 0 : run.recordsRead();
    }

    /** Where it is, for people. */
    synchronized StackTraceElement[] stack() {
        return thread == null ? new StackTraceElement[0] : thread.getStackTrace();
    }
}
