package dev.capstan.driver.scheduling;

import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorReport;

import org.jspecify.annotations.Nullable;

/** The part of the scheduler that compares what executors say they have with what they were given. */
final class Reconciling {
    private final SchedulingConfig config;
    private final TaskSets sets;
    private final Outbox outbox;

    Reconciling(SchedulingConfig config, TaskSets sets, Outbox outbox) {
        this.config = config;
        this.sets = sets;
        this.outbox = outbox;
    }

    /**
     * What the executor says it has, against what it was given: it stops what nobody knows of; what it does not name
     * twice, although it was sent long before, was lost on the way and is tried again. So are orders that it has not
     * taken.
     */
    void heartbeat(ExecutorEntry executor, ExecutorReport.Heartbeat beat, long now) {
        long number = ++executor.beats;
        executor.lasting.lost(number).forEach(order -> outbox.order(executor, order));
        for (ExecutorReport.TaskProgress progress : beat.running()) {
            Attempt attempt = named(executor, progress.task(), number);
            if (attempt != null) {
                attempt.runNanos = progress.runNanos();
                attempt.saidNanos = now;
            }
        }
        for (TaskId task : beat.queued()) {
            named(executor, task, number);
        }
        long longAgo = 2 * config.heartbeatInterval().toNanos();
        Attempt next;
        for (Attempt attempt = executor.firstAttempt; attempt != null; attempt = next) {
            next = attempt.nextAtExecutor;
            boolean missing =
                    attempt.namedInBeat != number
                            && now - attempt.sentNanos > longAgo
                            && executor.early.isEmpty(); // else its outcome may wait for a report before it
            attempt.beatsMissed = missing ? attempt.beatsMissed + 1 : 0;
            if (attempt.beatsMissed >= 2) {
                sets.lostOnTheWay(attempt);
            }
        }
    }

    private @Nullable Attempt named(ExecutorEntry executor, TaskId task, long beat) {
        Attempt attempt = sets.attempt(task);
        if (attempt == null || attempt.executor != executor) {
            outbox.kill(executor, task, false, "the driver does not know this task");
            return null;
        }
        attempt.namedInBeat = beat;
        if (attempt.killed) {
            // the first order may have been lost; one that interrupts would begin the executor's patience anew
            outbox.kill(attempt, false, "ordered before");
        }
        return attempt;
    }
}
