package dev.capstan.driver.scheduling;

import dev.capstan.engine.id.TaskId;

import org.jspecify.annotations.Nullable;

/** One attempt at one task that an executor has been given and whose outcome is not known yet. */
final class Attempt {
    final TaskId id;
    final ActiveSet set;

    /** Of the task within its set. */
    final int index;

    /** Of the attempt, from 0. */
    final int number;

    final ExecutorEntry executor;
    final long sentNanos;

    /** Whether another attempt at the same task ran when this one was sent. */
    final boolean copy;

    /** Whether it has the resources it needs; otherwise it queues at the executor. */
    boolean held;

    /** Whether its end was ordered. */
    boolean killed;

    /** How long it had run when the executor last said so; negative as long as it has not. */
    long runNanos = -1;

    long saidNanos;

    /** Whether a second attempt was asked for because this one is slow. */
    boolean copyWanted;

    /** The executor's beat that last named it. */
    long namedInBeat;

    int beatsMissed;

    @Nullable Attempt previousAtExecutor;
    @Nullable Attempt nextAtExecutor;
    @Nullable Attempt previousInSet;
    @Nullable Attempt nextInSet;

    Attempt(TaskId id, ActiveSet set, int index, int number, ExecutorEntry executor, boolean copy, long now) {
        this.id = id;
        this.set = set;
        this.index = index;
        this.number = number;
        this.executor = executor;
        this.copy = copy;
        this.sentNanos = now;
    }

    /** How long it has run, as far as its executor has said. */
    long ranNanos(long now) {
        return runNanos < 0 ? 0 : runNanos + (now - saidNanos);
    }
}
