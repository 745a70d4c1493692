package dev.capstan.engine.memory;

import dev.capstan.engine.id.TaskId;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The memory that the tasks of an executor and what it stores share. It counts; it allocates nothing.
 *
 * <ul>
 *   <li>What is stored may use all that tasks do not use. Nothing that is stored ever takes memory from a task.
 *   <li>Tasks may evict what is stored, down to a protected part.
 *   <li>Each of N tasks gets at most 1/N of what tasks may have, and waits until it can have 1/2N.
 * </ul>
 *
 * <p>One lock guards all figures: a grant must see them all at once. Nothing is written to disk and no foreign code is
 * called while it is held.
 */
public final class MemoryBudget {
    private static final System.Logger LOG = System.getLogger(MemoryBudget.class.getName());

    /** How long a task that waits may take to notice that it is killed. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /**
     * How long a task waits for its share at most. Those who hold the memory may wait for this very task, for a
     * partition that it computes; it then goes on with what there is, and spills sooner.
     */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** What the heap needs besides all that is counted here. */
    private static final long MOST_RESERVE = 64L << 20;

    private final long total;
    private final long protectedStorage;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    private final Map<TaskId, Long> tasks = new LinkedHashMap<>();
    private final SequencedSet<StorageGrant> leastRecentFirst = new LinkedHashSet<>();

    /** What will not be kept and waits to be taken: it is evicted first, and is not protected. */
    private final SequencedSet<StorageGrant> passing = new LinkedHashSet<>();

    private long executionUsed;
    private long storageUsed;
    private long passingUsed;

    /**
     * @param total bytes for tasks and storage together
     * @param storageFraction the part of it from which tasks cannot evict what is stored
     */
    public MemoryBudget(long total, double storageFraction) {
        if (total < 0 || !(storageFraction >= 0 && storageFraction <= 1)) {
            throw new IllegalArgumentException(
                    "a budget takes a size and a fraction from 0 to 1, not " + total + " and " + storageFraction);
        }
        this.total = total;
        this.protectedStorage = (long) (total * storageFraction);
    }

    /** A part of a heap of this size. */
    public static MemoryBudget ofHeap(long heapBytes, double fraction, double storageFraction) {
        long usable = heapBytes - Math.min(MOST_RESERVE, heapBytes / 8);
        return new MemoryBudget((long) (usable * fraction), storageFraction);
    }

    /**
     * The memory of a task that begins; closed when it ends.
     *
     * @param checkKilled called now and then while the task waits; throws when it is to end
     */
    public TaskMemory open(TaskId task, Runnable checkKilled) {
        return new TaskMemory(this, task, checkKilled);
    }

    /**
     * A grant of nothing yet, for an entry that is about to be stored.
     *
     * @param group entries of equal groups do not push each other out
     */
    public StorageGrant store(Object group) {
        return new StorageGrant(this, group);
    }

    /** What is used and what there is, taken at one moment. */
    public record Usage(long total, long execution, long storage, int tasks) {
        public long free() {
            return total - execution - storage;
        }
    }

    public Usage usage() {
        lock.lock();
        try {
            return new Usage(total, executionUsed, storageUsed, tasks.size());
        } finally {
            lock.unlock();
        }
    }

    // ---- tasks

    /**
     * Up to so many bytes for the task.
     *
     * @param mayWait whether to wait when less than half of the task's share is to be had
     */
    long acquire(TaskId task, long bytes, boolean mayWait, Runnable checkKilled) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        boolean mayEvict = true;
        while (true) {
            StorageGrant victim = null;
            lock.lockInterruptibly();
            try {
                if (tasks.putIfAbsent(task, 0L) == null) {
                    freed.signalAll(); // the shares of the others have become smaller
                }
                long wanted = Math.min(bytes, mostFor(task));
                long grant = Math.min(wanted, free());
                if (grant < wanted && mayEvict) {
                    victim = nextVictimForTask();
                }
                if (victim == null) {
                    long patience = deadline - System.nanoTime();
                    if (grant == bytes || !mayWait || tasks.get(task) + grant >= leastFor() || patience <= 0) {
                        take(task, grant);
                        return grant;
                    }
                    freed.awaitNanos(Math.min(patience, LOOK_NANOS));
                }
            } finally {
                lock.unlock();
            }
            if (victim != null) {
                mayEvict = evict(victim);
            }
            checkKilled.run();
        }
    }

    private long free() {
        return total - executionUsed - storageUsed;
    }

    /** What all tasks together may have, now or by evicting. */
    private long executionPool() {
        return total - Math.min(storageUsed - passingUsed, protectedStorage);
    }

    private @Nullable StorageGrant nextVictimForTask() {
        boolean unprotected = storageUsed - passingUsed > protectedStorage;
        return unprotected || !passing.isEmpty() ? nextVictim(null) : null;
    }

    private long mostFor(TaskId task) {
        return Math.max(0, executionPool() / tasks.size() - tasks.get(task));
    }

    private long leastFor() {
        return executionPool() / (2L * tasks.size());
    }

    private void take(TaskId task, long bytes) {
        tasks.merge(task, bytes, Long::sum);
        executionUsed += bytes;
    }

    void release(TaskId task, long bytes) {
        lock.lock();
        try {
            take(task, -bytes);
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The task has ended and holds nothing any more. */
    void end(TaskId task) {
        lock.lock();
        try {
            Long held = tasks.remove(task);
            if (held != null) {
                executionUsed -= held;
                freed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- storage

    boolean growStorage(StorageGrant grant, long more) {
        while (true) {
            StorageGrant victim;
            lock.lock();
            try {
                if (grant.state == StorageGrant.State.CLOSED || more > total - executionUsed) {
                    return false;
                }
                if (more <= free()) {
                    grant.bytes += more;
                    storageUsed += more;
                    return true;
                }
                victim = more <= free() + evictableFor(grant) ? nextVictim(grant.group) : null;
            } finally {
                lock.unlock();
            }
            if (victim == null || !evict(victim)) {
                return false;
            }
        }
    }

    /** What could be freed for it: nothing is evicted for an entry that would not fit all the same. */
    private long evictableFor(StorageGrant grant) {
        long evictable = 0;
        for (StorageGrant other : passing) {
            evictable += other.bytes;
        }
        for (StorageGrant other : leastRecentFirst) {
            if (!other.group.equals(grant.group)) {
                evictable += other.bytes;
            }
        }
        return evictable;
    }

    private @Nullable StorageGrant nextVictim(@Nullable Object spared) {
        if (!passing.isEmpty()) {
            StorageGrant first = passing.removeFirst();
            first.state = StorageGrant.State.EVICTING;
            return first;
        }
        for (StorageGrant grant : leastRecentFirst) {
            if (!grant.group.equals(spared)) {
                leastRecentFirst.remove(grant);
                grant.state = StorageGrant.State.EVICTING;
                return grant;
            }
        }
        return null;
    }

    /** Without the lock: writing takes its time. An entry that cannot be written stays, and is tried last next time. */
    private boolean evict(StorageGrant victim) {
        boolean evicted = false;
        try {
            Objects.requireNonNull(victim.entry, "a sealed grant has an entry").evict();
            evicted = true;
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot evict from memory, so it stays there: {0}", e.getMessage());
        } finally {
            lock.lock();
            try {
                if (victim.state == StorageGrant.State.EVICTING) {
                    settle(victim, evicted);
                }
            } finally {
                lock.unlock();
            }
        }
        return evicted;
    }

    private void settle(StorageGrant victim, boolean evicted) {
        if (evicted) {
            free(victim);
        } else if (victim.passing) {
            victim.state = StorageGrant.State.OPEN; // it will be taken soon
        } else {
            victim.state = StorageGrant.State.SEALED;
            leastRecentFirst.addLast(victim);
        }
    }

    private void free(StorageGrant grant) {
        shrink(grant, 0);
        grant.state = StorageGrant.State.CLOSED;
        leastRecentFirst.remove(grant);
        passing.remove(grant);
    }

    private void shrink(StorageGrant grant, long size) {
        long less = grant.bytes - size;
        storageUsed -= less;
        passingUsed -= grant.passing ? less : 0;
        grant.bytes = size;
        freed.signalAll();
    }

    void shrinkStorage(StorageGrant grant, long size) {
        lock.lock();
        try {
            if (grant.bytes > size) {
                shrink(grant, size);
            }
        } finally {
            lock.unlock();
        }
    }

    void sealStorage(StorageGrant grant, Evictable complete) {
        lock.lock();
        try {
            if (grant.state == StorageGrant.State.OPEN) {
                grant.entry = complete;
                grant.state = StorageGrant.State.SEALED;
                leastRecentFirst.addLast(grant);
                freed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void passStorage(StorageGrant grant, Evictable rest) {
        lock.lock();
        try {
            if (grant.state == StorageGrant.State.OPEN) {
                grant.entry = rest;
                grant.state = StorageGrant.State.SEALED;
                grant.passing = true;
                passingUsed += grant.bytes;
                passing.addLast(grant);
                freed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void touchStorage(StorageGrant grant) {
        lock.lock();
        try {
            if (grant.state == StorageGrant.State.SEALED && !grant.passing) {
                leastRecentFirst.addLast(grant);
            }
        } finally {
            lock.unlock();
        }
    }

    void closeStorage(StorageGrant grant) {
        lock.lock();
        try {
            if (grant.state != StorageGrant.State.CLOSED) {
                free(grant);
            }
        } finally {
            lock.unlock();
        }
    }

    long bytesOf(StorageGrant grant) {
        lock.lock();
        try {
            return grant.bytes;
        } finally {
            lock.unlock();
        }
    }
}
