package dev.capstan.executor;

import org.jspecify.annotations.Nullable;

/**
 * The way to end one running task. The thread is interrupted only while the task runs on it: both sides take this
 * object's lock, because an interrupt that comes a moment late would hit the next task.
 */
final class Cancellation {
    private @Nullable Thread thread;
    private volatile @Nullable String reason;

    /** The task begins on the calling thread. */
    synchronized void begin() {
        thread = Thread.currentThread();
    }

    /** The task has ended; an interrupt that was meant for it does not outlive it. */
    synchronized void end() {
        thread = null;
        if (Thread.interrupted()) {
            return; // cleared on purpose
        }
    }

    synchronized void cancel(String why, boolean interrupt) {
        reason = why;
        if (interrupt && thread != null) {
            thread.interrupt();
        }
    }

    /** The stack of the thread that runs the task, for people. */
    synchronized StackTraceElement[] stack() {
        return thread == null ? new StackTraceElement[0] : thread.getStackTrace();
    }

    boolean cancelled() {
        return reason != null;
    }

    /** Why the task is to end, or null. */
    @Nullable String reason() {
        return reason;
    }
}
