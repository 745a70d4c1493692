package dev.capstan.driver.scheduling;

import dev.capstan.driver.scheduling.SchedulingEvent.EndedTask;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** What a set knows besides if its tasks run all at once: they succeed together, or all of them run again. */
final class BarrierState {
    /** Successes, told only when all have succeeded, because one failure runs all of them again. */
    private final List<EndedTask> heldBack = new ArrayList<>(0);

    /** Where the tasks wait for each other, once one of them has called for it. */
    @Nullable BarrierRound round;

    /** Whether a task did not finish and the end of the others is awaited. */
    boolean startingOver;

    /** How often the set has failed. */
    int failures;

    /** Since when the set has been larger than the cluster; meaningful if {@link #tooLarge}. */
    long tooLargeSinceNanos;

    boolean tooLarge;

    void holdBack(EndedTask success) {
        heldBack.add(success);
    }

    /** The successes so far, to be told or to be forgotten. */
    List<EndedTask> takeHeldBack() {
        List<EndedTask> all = List.copyOf(heldBack);
        heldBack.clear();
        return all;
    }

    /** All tasks are launched. */
    void begin() {
        tooLarge = false;
        startingOver = false;
    }
}
