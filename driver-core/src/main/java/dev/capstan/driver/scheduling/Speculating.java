package dev.capstan.driver.scheduling;

import dev.capstan.driver.scheduling.SchedulingConfig.Speculation;

/**
 * The part of the scheduler that finds slow tasks. How long a task has run is what its executor said in a heartbeat;
 * the time since it was sent would count its time in a queue.
 */
final class Speculating {
    private static final String TIMER = "speculate";

    private final Speculation config;
    private final TaskSets sets;
    private final SetOrder order;
    private final Outbox outbox;
    private boolean armed;

    Speculating(Speculation config, TaskSets sets, SetOrder order, Outbox outbox) {
        this.config = config;
        this.sets = sets;
        this.order = order;
        this.outbox = outbox;
    }

    void endOfTurn() {
        if (config.enabled() && !armed && !sets.open().isEmpty()) {
            armed = true;
            outbox.arm(TIMER, config.interval(), new SchedulerTimer.Speculate());
        }
    }

    void onTimer(long now) {
        armed = false;
        for (ActiveSet set : sets.open()) {
            DurationHistogram durations = set.durations;
            if (durations == null || set.held || set.size() < 2 || set.finishedCount < config.quantile() * set.size()) {
                continue; // so at most a tenth of the set is looked at
            }
            long slow = slowNanos(config, durations.quantile(0.5));
            for (Attempt attempt = set.firstAttempt; attempt != null; attempt = attempt.nextInSet) {
                if (attempt.held
                        && !attempt.killed
                        && !attempt.copy
                        && set.copy(attempt.index) == null
                        && !attempt.copyWanted
                        && attempt.ranNanos(now) > slow) {
                    attempt.copyWanted = true;
                    set.wantedCopies.add(attempt.index);
                }
            }
            order.refresh(set);
        }
    }

    /** Run time above which a task is slow. */
    static long slowNanos(Speculation config, long medianNanos) {
        return Math.max(config.minRunTime().toNanos(), (long) (config.multiplier() * medianNanos));
    }
}
