package dev.capstan.driver.scheduling;

import dev.capstan.driver.scheduling.SchedulingConfig.Exclusion;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * The part of the scheduler that leaves out executors and hosts at which tasks fail: for one task, for one set, for the
 * application.
 *
 * <p>It never stops an application. When everything that could run a task is left out, the oldest exclusion is lifted
 * at once: waiting for the cluster to grow may take for ever where it is full, and how often a task may fail bounds the
 * harm of running it where it failed before.
 */
final class Exclusions {
    private static final String TIMER = "expire-exclusions";

    private final Exclusion config;
    private final ExecutorTable executors;
    private final Outbox outbox;

    /** Open sets that leave something out. */
    private final SequencedSet<ActiveSet> excluding = new LinkedHashSet<>();

    /** When different tasks failed, by executor. */
    private final SequencedMap<ExecutorEntry, List<Long>> failures = new LinkedHashMap<>();

    /** Executors that the application leaves out, and until when; the one left out first at the head. */
    private final SequencedMap<ExecutorEntry, Long> untilNanos = new LinkedHashMap<>();

    private final SequencedMap<String, Long> hostsUntilNanos = new LinkedHashMap<>();
    private boolean armed;

    Exclusions(Exclusion config, ExecutorTable executors, Outbox outbox) {
        this.config = config;
        this.executors = executors;
        this.outbox = outbox;
    }

    /** A task failed in a way that may be the executor's fault. */
    void failed(ActiveSet set, Attempt attempt) {
        // all tasks of a barrier set run at once: leaving executors out would make it unplaceable
        // sooner than safe
        if (!config.enabled() || set.barrier != null) {
            return;
        }
        if (set.exclusions == null) {
            set.exclusions = new SetExclusions(config.failuresOfTaskOnExecutor());
            excluding.add(set);
        }
        SetExclusions exclusions = set.exclusions;
        ExecutorEntry executor = attempt.executor;
        exclusions.failed(attempt.index, executor);
        int tasks = exclusions.failedTasks(executor);
        if (tasks < config.failedTasksOfStageOnExecutor() || exclusions.executors.containsKey(executor)) {
            return;
        }
        exclusions.executors.put(executor, tasks + " tasks of " + set.stage + " failed there");
        ownSlots(set).bar(executor);
        HostEntry host = executor.host;
        int excluded = 0;
        for (ExecutorEntry neighbour : host.executors) {
            excluded += exclusions.executors.containsKey(neighbour) ? 1 : 0;
        }
        if (excluded >= config.excludedExecutorsOfStageOnHost()) {
            exclusions.hosts.put(host.name, excluded + " of its executors are left out");
            host.executors.forEach(ownSlots(set)::bar);
        }
    }

    /** The set succeeded: so the failures it had were not the program's but, likely, of where they happened. */
    void succeeded(ActiveSet set, long now) {
        if (set.exclusions == null) {
            return;
        }
        set.exclusions
                .failedTaskCounts()
                .forEach((executor, tasks) -> {
                    List<Long> times = failures.computeIfAbsent(executor, _ -> new ArrayList<>());
                    times.removeIf(time -> now - time >= config.expiry().toNanos());
                    for (int i = 0; i < tasks && times.size() < config.failedTasksOnExecutor(); i++) {
                        times.add(now);
                    }
                    if (times.size() >= config.failedTasksOnExecutor() && !untilNanos.containsKey(executor)) {
                        exclude(executor, now);
                    }
                });
    }

    private void exclude(ExecutorEntry executor, long now) {
        long until = now + config.expiry().toNanos();
        untilNanos.put(executor, until);
        HostEntry host = executor.host;
        int excluded = 0;
        for (ExecutorEntry neighbour : host.executors) {
            excluded += untilNanos.containsKey(neighbour) ? 1 : 0;
        }
        if (excluded >= config.excludedExecutorsOnHost()) {
            hostsUntilNanos.put(host.name, until);
            host.executors.forEach(this::mark);
        } else {
            mark(executor);
        }
        arm(now);
    }

    /** An executor has come. */
    void joined(ExecutorEntry executor) {
        mark(executor);
        for (ActiveSet set : excluding) {
            if (set.exclusions != null && set.exclusions.hosts.containsKey(executor.host.name)) {
                set.slots.bar(executor);
            }
        }
    }

    /** An executor is gone. */
    void forget(ExecutorEntry executor) {
        failures.remove(executor);
        untilNanos.remove(executor);
        for (ActiveSet set : excluding) {
            if (set.exclusions != null) {
                set.exclusions.forget(executor);
            }
        }
    }

    /** A set is over. */
    void forget(ActiveSet set) {
        if (set.exclusions != null) {
            excluding.remove(set);
            if (set.ownsSlots) {
                executors.releasePrivate(set.slots);
            }
        }
    }

    void expire(long now) {
        armed = false;
        while (!untilNanos.isEmpty() && untilNanos.firstEntry().getValue() - now <= 0) {
            lift(untilNanos.firstEntry().getKey());
        }
        while (!hostsUntilNanos.isEmpty() && hostsUntilNanos.firstEntry().getValue() - now <= 0) {
            liftHost(hostsUntilNanos.firstEntry().getKey());
        }
        arm(now);
    }

    /**
     * Lifts the oldest exclusion that helps if exclusions leave no executor at all to the set.
     *
     * @return whether one was lifted
     */
    boolean liftIfNothingIsLeft(ActiveSet set) {
        if (set.slots.members() > 0) {
            return false;
        }
        SetExclusions own = set.exclusions;
        if (own != null && set.ownsSlots) {
            if (!own.executors.isEmpty()) {
                ExecutorEntry executor = own.executors.firstEntry().getKey();
                own.lift(executor);
                if (own.hosts.remove(executor.host.name) != null) {
                    executor.host.executors.stream()
                            .filter(neighbour -> !own.executors.containsKey(neighbour))
                            .forEach(set.slots::unbar);
                }
                set.slots.unbar(executor);
                set.nearby = null;
                return true;
            }
            if (!own.hosts.isEmpty()) {
                String name = own.hosts.pollFirstEntry().getKey();
                HostEntry host = executors.host(name);
                if (host != null) {
                    host.executors.forEach(set.slots::unbar);
                }
                return true;
            }
        }
        return liftOldest(set);
    }

    /**
     * Lifts the application's oldest exclusion if a barrier set has no room because of exclusions.
     *
     * @return whether one was lifted
     */
    boolean liftIfTooLittleIsLeft(ActiveSet barrierSet) {
        long slots = 0;
        for (ExecutorEntry executor : executors.all()) {
            if (executor.state == ExecutorEntry.State.ACTIVE) {
                slots += barrierSet.need.times(executor.capacity);
            }
        }
        return slots >= barrierSet.size() && liftOldest(barrierSet);
    }

    /** Lifts the oldest exclusion of those that leave room for the set. */
    private boolean liftOldest(ActiveSet set) {
        for (ExecutorEntry executor : untilNanos.sequencedKeySet()) {
            if (couldRun(set, executor)) {
                lift(executor);
                liftHost(executor.host.name);
                executors.refresh();
                return true;
            }
        }
        for (String name : hostsUntilNanos.sequencedKeySet()) {
            HostEntry host = executors.host(name);
            if (host != null && host.executors.stream().anyMatch(executor -> couldRun(set, executor))) {
                liftHost(name);
                executors.refresh();
                return true;
            }
        }
        return false;
    }

    /** Whether the executor would take tasks of the set, were it not left out. */
    private static boolean couldRun(ActiveSet set, ExecutorEntry executor) {
        return executor.state == ExecutorEntry.State.ACTIVE && set.need.times(executor.capacity) > 0;
    }

    /** Lets a task run where it failed if it has failed at all executors that could take it. */
    boolean forgiveIfNothingIsLeft(ActiveSet set, int task) {
        SetExclusions own = set.exclusions;
        if (own == null || set.slots.members() > own.barringExecutors(task)) {
            return false;
        }
        for (ExecutorEntry executor : executors.all()) {
            if (set.slots.slotsOf(executor) > 0 && !own.bars(task, executor)) {
                return false;
            }
        }
        own.forgive(task);
        return true;
    }

    /** What is left out now, in words, for screens and explanations. */
    List<SchedulingView.ExclusionLine> lines(long now) {
        var lines = new ArrayList<SchedulingView.ExclusionLine>();
        hostsUntilNanos.forEach((host, until) ->
                lines.add(
                        new SchedulingView.ExclusionLine(
                                "host " + host,
                                "application",
                                "its executors failed tasks, for another " + Texts.duration(until - now))));
        untilNanos.forEach((executor, until) ->
                lines.add(
                        new SchedulingView.ExclusionLine(
                                executor.id.name(),
                                "application",
                                "tasks failed there, for another " + Texts.duration(until - now))));
        for (ActiveSet set : excluding) {
            SetExclusions own = set.exclusions;
            if (own != null && set.closed == null) {
                own.hosts.forEach((host, why) ->
                        lines.add(new SchedulingView.ExclusionLine("host " + host, set.stage.toString(), why)));
                own.executors.forEach((executor, why) ->
                        lines.add(new SchedulingView.ExclusionLine(executor.id.name(), set.stage.toString(), why)));
            }
        }
        return lines;
    }

    private SlotIndex ownSlots(ActiveSet set) {
        if (!set.ownsSlots) {
            set.slots = executors.privateSlots(set.need);
            set.ownsSlots = true;
        }
        set.placesChanged = true;
        return set.slots;
    }

    private void lift(ExecutorEntry executor) {
        untilNanos.remove(executor);
        failures.remove(executor);
        mark(executor);
    }

    private void liftHost(String name) {
        if (hostsUntilNanos.remove(name) != null) {
            HostEntry host = executors.host(name);
            if (host != null) {
                host.executors.forEach(this::mark);
            }
        }
    }

    /** Writes on the executor whether it is left out, where placement looks. */
    private void mark(ExecutorEntry executor) {
        if (untilNanos.containsKey(executor)) {
            executor.excluded = "tasks of several stages failed there";
        } else if (hostsUntilNanos.containsKey(executor.host.name)) {
            executor.excluded = "tasks failed at several executors of its host";
        } else {
            executor.excluded = "";
        }
        executors.markChanged(executor);
    }

    private void arm(long now) {
        long next = Long.MAX_VALUE;
        if (!untilNanos.isEmpty()) {
            next = untilNanos.firstEntry().getValue() - now;
        }
        if (!hostsUntilNanos.isEmpty()) {
            next = Math.min(next, hostsUntilNanos.firstEntry().getValue() - now);
        }
        if (!armed && next != Long.MAX_VALUE) {
            armed = true;
            outbox.arm(TIMER, next, new SchedulerTimer.ExpireExclusions());
        }
    }
}
