package dev.capstan.driver.scheduling;

import dev.capstan.engine.id.StageAttempt;
import dev.capstan.kernel.actor.Message;

/** What the task scheduler tells itself after a while. */
sealed interface SchedulerTimer extends Message {
    /** Executors that were silent too long are gone, leases without executor are given back. */
    record SweepExecutors() implements SchedulerTimer {}

    /** Tasks of this set have waited long enough for executors near their data, some of them at least. */
    record PlaceElsewhere(StageAttempt stage) implements SchedulerTimer {}

    /** Tell the backend what is wanted now. */
    record TellDemand() implements SchedulerTimer {}

    /** Tasks wait and nothing has run: find out why. */
    record SayWhyNothingRuns() implements SchedulerTimer {}

    /** The backend did not explain itself in time: answer without it. */
    record ExplainWithoutBackend() implements SchedulerTimer {}

    /** Tasks still queue at busy executors while others idle. */
    record CallBackQueued() implements SchedulerTimer {}

    /** Some exclusion is over. */
    record ExpireExclusions() implements SchedulerTimer {}

    /** Look for slow tasks. */
    record Speculate() implements SchedulerTimer {}

    /** A barrier set has waited long for a cluster that could hold it. */
    record GiveUpOnBarrier(StageAttempt stage) implements SchedulerTimer {}

    /** Tasks of a barrier set have waited long for the others, at their call of this number. */
    record BarrierIsLate(StageAttempt stage, int call) implements SchedulerTimer {}
}
