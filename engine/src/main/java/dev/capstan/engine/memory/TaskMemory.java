package dev.capstan.engine.memory;

import dev.capstan.engine.id.TaskId;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What one running task attempt holds of the executor's memory. Everything in a task that grows asks here first:
 *
 * <pre>{@code
 * long got = memory.acquire(1 << 20, this);
 * if (got < 1 << 20) {      // all that could be spilled was spilled, this consumer last
 *     memory.release(got, this);
 *     ...                   // go on without: write out, or work on the one record at hand
 * }
 * }</pre>
 *
 * <p>Belongs to the task's thread.
 */
public final class TaskMemory implements AutoCloseable {
    private final MemoryBudget budget;
    private final TaskId task;
    private final Runnable checkKilled;
    private final List<Holding> holdings = new ArrayList<>();
    private boolean spilling;
    private long used;
    private long peak;
    private long memorySpilled;
    private long diskSpilled;

    private static final class Holding {
        final Spillable consumer;
        long bytes;

        Holding(Spillable consumer) {
            this.consumer = consumer;
        }
    }

    TaskMemory(MemoryBudget budget, TaskId task, Runnable checkKilled) {
        this.budget = budget;
        this.task = task;
        this.checkKilled = checkKilled;
    }

    /**
     * Asks for memory. What is stored is evicted for it; then the other consumers of this task spill, the largest
     * first; then the one that asks. A task that has less than its least share waits for it.
     *
     * @return how much was granted: from 0, which is a refusal, to all
     */
    public long acquire(long bytes, Spillable asking) throws IOException, InterruptedException {
        if (bytes < 0) {
            throw new IllegalArgumentException(asking.describe() + " asks for " + bytes + " bytes");
        }
        long granted = budget.acquire(task, bytes, !spilling, checkKilled);
        try {
            if (granted < bytes && !spilling) {
                granted += afterSpilling(bytes - granted, asking);
            }
        } catch (Throwable e) {
            budget.release(task, granted);
            throw e;
        }
        hold(granted, asking);
        return granted;
    }

    /** What is granted meanwhile is not yet the consumer's: it may spill all that it holds, and give that back. */
    private long afterSpilling(long missing, Spillable asking) throws IOException, InterruptedException {
        long granted = 0;
        try {
            for (Spillable consumer : spillOrder(asking)) {
                if (granted < missing && spill(consumer, missing - granted) > 0) {
                    granted += budget.acquire(task, missing - granted, true, checkKilled);
                }
            }
        } catch (Throwable e) {
            budget.release(task, granted);
            throw e;
        }
        return granted;
    }

    private void hold(long granted, Spillable asking) {
        if (granted > 0) {
            holding(asking).bytes += granted;
            used += granted;
            peak = Math.max(peak, used);
        }
    }

    private List<Spillable> spillOrder(Spillable asking) {
        List<Spillable> order = new ArrayList<>();
        holdings.stream()
                .filter(holding -> holding.consumer != asking && holding.bytes > 0)
                .sorted(Comparator.comparingLong((Holding holding) -> holding.bytes).reversed())
                .forEach(holding -> order.add(holding.consumer));
        order.add(asking);
        return order;
    }

    private long spill(Spillable consumer, long wanted) throws IOException {
        spilling = true;
        try {
            return consumer.spill(wanted);
        } finally {
            spilling = false;
        }
    }

    /** Gives back what the consumer was granted, or a part of it. */
    public void release(long bytes, Spillable consumer) {
        Holding holding = find(consumer);
        long held = holding == null ? 0 : holding.bytes;
        if (bytes < 0 || bytes > held) {
            throw new IllegalStateException(consumer.describe() + " gives back " + bytes + " bytes, but holds " + held);
        }
        if (bytes == 0) {
            return;
        }
        holding.bytes -= bytes;
        if (holding.bytes == 0) {
            holdings.remove(holding);
        }
        used -= bytes;
        budget.release(task, bytes);
    }

    /** Gives back all that the consumer holds. */
    public void releaseAll(Spillable consumer) {
        release(held(consumer), consumer);
    }

    /** How much the consumer holds. */
    public long held(Spillable consumer) {
        Holding holding = find(consumer);
        return holding == null ? 0 : holding.bytes;
    }

    private Holding holding(Spillable consumer) {
        Holding found = find(consumer);
        if (found == null) {
            found = new Holding(consumer);
            holdings.add(found);
        }
        return found;
    }

    private @Nullable Holding find(Spillable consumer) {
        for (Holding holding : holdings) {
            if (holding.consumer == consumer) {
                return holding;
            }
        }
        return null;
    }

    /** Counts a spill; whoever spills says it. */
    public void spilled(long memoryBytes, long diskBytes) {
        memorySpilled += memoryBytes;
        diskSpilled += diskBytes;
    }

    public long used() {
        return used;
    }

    /** The most that the task ever held at once. */
    public long peak() {
        return peak;
    }

    public long memorySpilled() {
        return memorySpilled;
    }

    public long diskSpilled() {
        return diskSpilled;
    }

    /** Who still holds how much: {@code the map output of shuffle 3 (512 bytes)}. At the end of a task: leaks. */
    public List<String> holders() {
        return holdings.stream()
                .map(holding -> holding.consumer.describe() + " (" + holding.bytes + " bytes)")
                .toList();
    }

    /** Gives everything back, at the end of the task. */
    @Override
    public void close() {
        holdings.clear();
        used = 0;
        budget.end(task);
    }
}
