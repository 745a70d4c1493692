package dev.capstan.driver.scheduling;

import dev.capstan.driver.scheduling.PoolSettings.Pool;
import dev.capstan.driver.scheduling.SchedulingConfig.OrderMode;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Task sets that want room, in the order in which they get it.
 *
 * <p>A heap of pools, and a heap of sets within each. Giving a task room changes the key of one pool and one set, which
 * then sink to their new place: logarithmic in the number of pools and of sets that want room, never a sort of them
 * all, and in FIFO order nothing moves at all.
 */
final class SetOrder {
    /** In FIFO order all sets are in one pool. */
    private static final Pool EVERYTHING = new Pool("", 1, 0, OrderMode.FIFO);

    private final OrderMode mode;
    private final PoolSettings settings;
    private final SequencedMap<String, PoolEntry> pools = new LinkedHashMap<>();
    private final IndexedHeap<PoolEntry> wanting =
            new IndexedHeap<>((one, other) -> PlacingOrder.compare(one.share(), other.share()));
    private final List<ActiveSet> aside = new ArrayList<>();

    SetOrder(OrderMode mode, PoolSettings settings) {
        this.mode = mode;
        this.settings = settings;
    }

    /** The pool for a set that comes now. */
    PoolEntry enter(String name) {
        Pool pool = mode == OrderMode.FIFO ? EVERYTHING : settings.named(name);
        PoolEntry entry = pools.computeIfAbsent(pool.name(), _ -> new PoolEntry(pool));
        entry.sets++;
        return entry;
    }

    /** The set is over and nothing of it runs. */
    void leave(ActiveSet set) {
        remove(set);
        PoolEntry pool = set.pool;
        if (--pool.sets == 0) {
            pools.remove(pool.settings.name());
        }
    }

    /** Whether the set wants room may have changed. */
    void refresh(ActiveSet set) {
        if (set.wantsRoom() == set.isQueued()) {
            return;
        }
        if (set.isQueued()) {
            remove(set);
        } else if (!set.aside) {
            add(set);
        }
    }

    /** What the set uses has changed. */
    void use(ActiveSet set, long milliCpus) {
        PoolEntry pool = set.pool;
        set.usedMilliCpus += milliCpus;
        pool.usedMilliCpus += milliCpus;
        if (mode == OrderMode.FIFO) {
            return;
        }
        if (pool.fair() && set.isQueued()) {
            pool.wanting.moved(set);
        }
        if (pool.isQueued()) {
            wanting.moved(pool);
        }
    }

    /** Whose turn it is, or null. */
    @Nullable ActiveSet first() {
        PoolEntry pool = wanting.first();
        return pool == null ? null : pool.wanting.first();
    }

    /** The set cannot be given room now; it comes back with {@link #takeBack}. */
    void putAside(ActiveSet set) {
        remove(set);
        set.aside = true;
        aside.add(set);
    }

    void takeBack() {
        for (int i = 0; i < aside.size(); i++) {
            ActiveSet set = aside.get(i);
            set.aside = false;
            refresh(set);
        }
        aside.clear();
    }

    Collection<PoolEntry> pools() {
        return pools.sequencedValues();
    }

    private void add(ActiveSet set) {
        PoolEntry pool = set.pool;
        pool.wanting.add(set);
        if (!pool.isQueued()) {
            wanting.add(pool);
        }
    }

    private void remove(ActiveSet set) {
        if (set.isQueued()) {
            PoolEntry pool = set.pool;
            pool.wanting.remove(set);
            if (pool.wanting.isEmpty()) {
                wanting.remove(pool);
            }
        }
    }
}
