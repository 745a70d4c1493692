package dev.capstan.executor;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/**
 * The way to end one running task. The thread is interrupted only while the task runs on it: both sides take this
 * object's lock, because an interrupt that comes a moment late would hit the next task.
 */
final class Cancellation {
    private @Nullable Thread thread;
    private @Nullable String reason;
    private @Nullable Consumer<String> attempt;

    /** The task begins on the calling thread. */
    synchronized void begin() {
        thread = Thread.currentThread();
    }

    /** Who is told that the task is to end; at once, if it is already. */
    synchronized void onCancel(Consumer<String> told) {
        attempt = told;
        if (reason != null) {
            told.accept(reason);
        }
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
        if (attempt != null) {
            attempt.accept(why);
        }
        if (interrupt && thread != null) {
            thread.interrupt();
        }
    }

    /** The stack of the thread that runs the task, for people. */
    synchronized StackTraceElement[] stack() {
        return thread == null ? new StackTraceElement[0] : thread.getStackTrace();
    }
}
