package dev.capstan.engine.memory;

import org.jspecify.annotations.Nullable;

/**
 * The storage memory of one entry. It grows while the entry is made; once {@linkplain #seal sealed} the entry may be
 * evicted, the one that was used least recently first. Any thread may use it.
 */
public final class StorageGrant implements AutoCloseable {
    enum State {
        OPEN,
        SEALED,
        EVICTING,
        CLOSED
    }

    private final MemoryBudget budget;
    final Object group;

    // guarded by the budget's lock
    State state = State.OPEN;
    boolean passing;
    long bytes;
    @Nullable Evictable entry;

    StorageGrant(MemoryBudget budget, Object group) {
        this.budget = budget;
        this.group = group;
    }

    /**
     * Takes more memory, in place of other entries if need be, but never of entries of its own group: a dataset that
     * pushes out its own partitions would be computed again and again. Does not wait.
     *
     * @return false if there is no room; then nothing has changed for this entry
     */
    public boolean grow(long more) {
        return budget.growStorage(this, more);
    }

    /** Gives back what is more than this. */
    public void shrinkTo(long size) {
        budget.shrinkStorage(this, size);
    }

    /** The entry is complete; from now on it may be evicted. */
    public void seal(Evictable complete) {
        budget.sealStorage(this, complete);
    }

    /**
     * The entry will not be kept; what there is of it waits to be taken once. It goes before all that is kept, for
     * whoever needs the memory, and nothing of it is protected. If it cannot be evicted it stays until it was taken.
     */
    public void pass(Evictable rest) {
        budget.passStorage(this, rest);
    }

    /** The entry was used: others are evicted before it. */
    public void touch() {
        budget.touchStorage(this);
    }

    public long bytes() {
        return budget.bytesOf(this);
    }

    /** Gives everything back. Idempotent. */
    @Override
    public void close() {
        budget.closeStorage(this);
    }
}
