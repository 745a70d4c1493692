package dev.capstan.driver.scheduling;

import dev.capstan.engine.id.ExecutorId;

import org.jspecify.annotations.Nullable;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The tasks of one set that wait for room, as indices. One bit per task says whether it waits; every list is only a
 * hint in which tasks that have been placed by another way are passed over. So a task that waits costs a bit, and four
 * bytes more for each of its preferences.
 */
final class PendingTasks {
    private static final int NONE = -1;

    private final BitSet waiting;
    private final BitSet parked = new BitSet();
    private int count;

    /** Tasks that may run anywhere, besides those from {@link #cursor} on if {@link #all}. */
    private final IntQueue anywhere = new IntQueue();

    /** Whether all tasks may run anywhere. */
    private boolean all = true;

    private int cursor;
    private final SequencedMap<ExecutorId, Place> byExecutor = new LinkedHashMap<>();
    private final SequencedMap<String, Place> byHost = new LinkedHashMap<>();
    private int preferences;
    private int preferring;

    PendingTasks(int tasks) {
        waiting = new BitSet(tasks);
        waiting.set(0, tasks);
        count = tasks;
    }

    /** Tasks that would rather run at one place. */
    static final class Place {
        final IntQueue tasks = new IntQueue();

        /** How many of them, from the end, may run anywhere too. */
        int released;
    }

    int count() {
        return count;
    }

    boolean waits(int task) {
        return waiting.get(task) || parked.get(task);
    }

    boolean hasPlaces() {
        return preferring > 0;
    }

    /** How many places a task that has preferences has on average. */
    double placesPerTask() {
        return preferring == 0 ? 1 : (double) preferences / preferring;
    }

    Map<ExecutorId, Place> byExecutor() {
        return byExecutor;
    }

    Map<String, Place> byHost() {
        return byHost;
    }

    /** From now on only tasks that are named may run anywhere. */
    void preferSome() {
        all = false;
    }

    void preferExecutor(int task, ExecutorId executor) {
        byExecutor.computeIfAbsent(executor, _ -> new Place()).tasks.add(task);
        preferences++;
    }

    void preferHost(int task, String host) {
        byHost.computeIfAbsent(host, _ -> new Place()).tasks.add(task);
        preferences++;
    }

    void countPreferring() {
        preferring++;
    }

    void allowAnywhere(int task) {
        anywhere.add(task);
    }

    /** Waiting for places is over. */
    void allowAllAnywhere() {
        if (!all) {
            all = true;
            cursor = 0;
        }
    }

    boolean allAnywhere() {
        return all;
    }

    /** All but the first so many of this place may run anywhere. */
    void keepOnly(int keep, Place place) {
        for (int i = Math.max(keep, 0); i < place.tasks.size() - place.released; i++) {
            int task = place.tasks.get(i);
            if (waiting.get(task)) {
                anywhere.add(task);
            }
        }
        place.released = Math.max(place.released, place.tasks.size() - keep);
    }

    /** The task waits again, for any executor. */
    void putBack(int task) {
        if (!waits(task)) {
            waiting.set(task);
            count++;
            anywhere.add(task);
        }
    }

    /** The task does not wait any more. */
    void take(int task) {
        if (waits(task)) {
            waiting.clear(task);
            parked.clear(task);
            count--;
        }
    }

    /** The next task that may run anywhere, or -1; it goes on waiting. */
    int peekAnywhere() {
        while (!anywhere.isEmpty()) {
            int task = anywhere.peek();
            if (waiting.get(task)) {
                return task;
            }
            anywhere.poll();
        }
        if (!all || count == 0) {
            return NONE;
        }
        int task = waiting.nextSetBit(cursor);
        cursor = Math.max(0, task); // nothing is left, or only what was parked
        return task;
    }

    /** The task waits on, but is not offered again before {@link #unpark}: no executor that has room may take it. */
    void park(int task) {
        waiting.clear(task);
        parked.set(task);
    }

    /** Offers parked tasks again. */
    void unpark() {
        for (int task = parked.nextSetBit(0); task >= 0; task = parked.nextSetBit(task + 1)) {
            waiting.set(task);
            anywhere.add(task);
        }
        parked.clear();
    }

    /** Some task that waits, or -1. */
    int first() {
        int task = waiting.nextSetBit(0);
        return task >= 0 ? task : parked.nextSetBit(0);
    }

    /** The next task that would rather run there, or -1; it goes on waiting. */
    int peekLocal(ExecutorEntry executor) {
        int task = peek(byExecutor.get(executor.id));
        return task >= 0 ? task : peek(byHost.get(executor.host.name));
    }

    private int peek(@Nullable Place place) {
        if (place == null) {
            return NONE;
        }
        while (!place.tasks.isEmpty()) {
            int task = place.tasks.peek();
            if (waiting.get(task)) {
                return task;
            }
            place.tasks.poll();
            place.released = Math.min(place.released, place.tasks.size());
        }
        return NONE;
    }
}
