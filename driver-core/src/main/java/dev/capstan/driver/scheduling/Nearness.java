package dev.capstan.driver.scheduling;

import dev.capstan.driver.scheduling.PendingTasks.Place;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Puts the data's places of a set and the executors there are together. */
final class Nearness {
    private Nearness() {}

    /** Notes where the tasks of a set that comes now would rather run. */
    static void note(ActiveSet set, ExecutorTable table) {
        TaskSet.Tasks tasks = set.tasks.tasks();
        if (tasks == TaskSet.Tasks.PLAIN || set.barrier != null) {
            return;
        }
        PendingTasks pending = set.pending;
        for (int index = 0; index < set.size(); index++) {
            List<Preference> preferences = tasks.preferences(set.partition(index));
            if (preferences.isEmpty()) {
                if (pending.hasPlaces()) {
                    pending.allowAnywhere(index);
                }
                continue;
            }
            if (!pending.hasPlaces()) {
                pending.preferSome();
                for (int before = 0; before < index; before++) {
                    pending.allowAnywhere(before);
                }
            }
            pending.countPreferring();
            for (Preference preference : preferences) {
                switch (preference) {
                    case Preference.OnExecutor(var executor, _) when table.get(executor) != null ->
                            pending.preferExecutor(index, executor);
                    case Preference.OnExecutor(_, var host) -> pending.preferHost(index, host);
                    case Preference.OnHost(var host) -> pending.preferHost(index, host);
                }
            }
        }
    }

    /** The executors near the data of a set. */
    static List<ExecutorEntry> executors(ActiveSet set, ExecutorTable table) {
        var near = new ArrayList<ExecutorEntry>();
        for (var id : set.pending.byExecutor().keySet()) {
            ExecutorEntry executor = table.get(id);
            if (executor != null) {
                near.add(executor);
            }
        }
        for (String name : set.pending.byHost().keySet()) {
            HostEntry host = table.host(name);
            if (host != null) {
                near.addAll(host.executors);
            }
        }
        return near;
    }

    /**
     * Lets those tasks run anywhere that had better not wait for their places.
     *
     * @return in how many nanoseconds more of them will be, or 0 when none waits for a place any more
     */
    static long release(ActiveSet set, ExecutorTable table, long waitNanos, long now) {
        PendingTasks pending = set.pending;
        long remaining = waitNanos - (now - set.waitsSinceNanos);
        if (remaining <= 0) {
            pending.allowAllAnywhere();
            return 0;
        }
        boolean growing = set.meanNanos() == 0;
        double mean = growing ? (set.everPlaced ? now - set.firstPlacedNanos : 0) : set.meanNanos();
        long next = remaining;
        for (var place : pending.byExecutor().entrySet()) {
            ExecutorEntry executor = table.get(place.getKey());
            int slots = executor == null ? 0 : set.slots.slotsOf(executor);
            next = Math.min(next, release(pending, place.getValue(), slots, mean, growing, remaining));
        }
        for (var place : pending.byHost().entrySet()) {
            HostEntry host = table.host(place.getKey());
            int slots = 0;
            if (host != null) {
                for (ExecutorEntry executor : host.executors) {
                    slots += set.slots.slotsOf(executor);
                }
            }
            next = Math.min(next, release(pending, place.getValue(), slots, mean, growing, remaining));
        }
        return Math.max(next, 1);
    }

    private static long release(
            PendingTasks pending, Place place, int slots, double mean, boolean growing, long remaining) {
        double share = 1 / pending.placesPerTask(); // a task with three places waits for each, but
        // runs once
        int waiting = (int) Math.ceil((place.tasks.size() - place.released) * share);
        int keep = LocalityPolicy.keep(waiting, slots, mean, remaining);
        if (keep < waiting) {
            pending.keepOnly((int) (keep / share), place);
            waiting = keep;
        }
        return LocalityPolicy.nextLookNanos(waiting, slots, mean, growing, remaining);
    }

    /** How many tasks wait for each host, for the backend. */
    static Map<String, Integer> hosts(ActiveSet set, ExecutorTable table, Map<String, Integer> into) {
        set.pending.byHost().forEach((host, place) -> into.merge(host, place.tasks.size(), Integer::sum));
        set.pending
                .byExecutor()
                .forEach((id, place) -> {
                    ExecutorEntry executor = table.get(id);
                    if (executor != null) {
                        into.merge(executor.host.name, place.tasks.size(), Integer::sum);
                    }
                });
        return into;
    }
}
