package dev.capstan.driver.scheduling;

import java.util.LinkedHashMap;

/** Counts everything anew that is kept in two places, for tests and simulations; what differs is a bug. */
final class Audit {
    private Audit() {}

    /** Counts anew what is kept up as attempts come and go. */
    static void check(TaskSets sets, ExecutorTable executors) {
        var waiting = new LinkedHashMap<Need, Long>();
        for (ActiveSet set : sets.open()) {
            waiting.merge(set.need, (long) set.pending.count(), Long::sum);
            for (int index = 0; index < set.size(); index++) {
                boolean waits = set.pending.waits(index);
                boolean runs = set.live(index) != null;
                if (waits && (runs || set.finished.get(index))) {
                    throw new IllegalStateException(
                            "task " + index + " of " + set + " waits, but runs or has finished");
                }
            }
        }
        var placed = new LinkedHashMap<Need, Long>();
        int atExecutors = 0;
        for (ExecutorEntry executor : executors.all()) {
            int count = 0;
            int queued = 0;
            for (Attempt attempt = executor.firstAttempt; attempt != null; attempt = attempt.nextAtExecutor) {
                placed.merge(attempt.set.need, 1L, Long::sum);
                count++;
                queued += attempt.held ? 0 : 1;
                if (sets.attempt(attempt.id) != attempt) {
                    throw new IllegalStateException(attempt.id + " is at " + executor + " but not in the table");
                }
            }
            if (count != executor.attempts || queued != executor.queued) {
                throw new IllegalStateException(
                        executor
                                + " counts "
                                + executor.attempts
                                + " attempts, "
                                + executor.queued
                                + " queued, but has "
                                + count
                                + ", "
                                + queued);
            }
            atExecutors += count;
        }
        if (atExecutors != sets.attempts()) {
            throw new IllegalStateException(
                    atExecutors + " attempts at executors, " + sets.attempts() + " in the table");
        }
        for (SlotIndex slots : executors.sharedSlots()) {
            Need need = slots.need;
            if (need.waiting != waiting.getOrDefault(need, 0L) || need.placed != placed.getOrDefault(need, 0L)) {
                throw new IllegalStateException(
                        need.perTask
                                + " counts "
                                + need.waiting
                                + " waiting and "
                                + need.placed
                                + " placed, but there are "
                                + waiting.get(need)
                                + " and "
                                + placed.get(need));
            }
        }
    }
}
