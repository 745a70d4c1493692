package dev.capstan.executor.logic;

import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.kernel.resource.Resources;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Which task starts next: first come, first served, each when the resources that it takes are free. What runs never
 * takes more than the executor holds. Not thread-safe; the pool guards it, the simulator needs no guard.
 */
public final class RunQueue {
    private final Resources total;
    private Resources free;
    private final ArrayDeque<Queued> queue = new ArrayDeque<>();
    private final Map<TaskId, Resources> running = new HashMap<>(); // looked up, never iterated

    /** A task that waits here. */
    public record Queued(StageAttempt stage, TaskLaunch launch, Resources takes, long arrivedNanos) {}

    public RunQueue(Resources total) {
        this.total = total;
        this.free = total;
    }

    public void add(Queued task) {
        if (!total.covers(task.takes)) {
            throw new IllegalArgumentException(task.launch.id() + " takes " + task.takes + ", more than " + total);
        }
        queue.addLast(task);
    }

    /**
     * Starts the first task if what it takes is free. As with {@link #finish}, it has happened as a whole or not at all
     * when there is no memory for it.
     */
    public @Nullable Queued start() {
        Queued first = first();
        if (first != null) {
            Resources left = free.minus(first.takes);
            running.put(first.launch.id(), first.takes);
            queue.removeFirst();
            free = left;
        }
        return first;
    }

    /** Frees what a started task took. */
    public void finish(TaskId task) {
        Resources took = running.get(task);
        if (took != null) {
            free = free.plus(took);
            running.remove(task);
        }
    }

    /** The task that {@link #start()} would start; null if there is none. */
    public @Nullable Queued first() {
        Queued first = queue.peekFirst();
        return first != null && free.covers(first.takes) ? first : null;
    }

    /** Takes out up to {@code most} tasks that match and have not started, the last queued first. */
    public List<Queued> takeBack(Predicate<Queued> which, int most) {
        List<Queued> taken = new ArrayList<>();
        Iterator<Queued> lastFirst = queue.descendingIterator();
        while (lastFirst.hasNext() && taken.size() < most) {
            Queued task = lastFirst.next();
            if (which.test(task)) {
                lastFirst.remove();
                taken.add(task);
            }
        }
        return taken;
    }

    /** The tasks that wait, first come first. */
    public List<TaskId> waiting() {
        List<TaskId> ids = new ArrayList<>(queue.size());
        queue.forEach(task -> ids.add(task.launch.id()));
        return ids;
    }

    public Resources free() {
        return free;
    }

    public Resources total() {
        return total;
    }
}
