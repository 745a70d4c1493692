package dev.capstan.driver.scheduling;

import dev.capstan.driver.backend.Lease;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.kernel.resource.Resources;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The executors there are, by every key that is asked for, and the indexes of their room. The primary map is by
 * executor; whatever else is derived from it is kept here and nowhere else.
 */
final class ExecutorTable {
    /** Indexes are kept for the next set of the same need, but not for every need there ever was. */
    private static final int MOST_UNUSED = 8;

    final ResourceKinds kinds = new ResourceKinds();
    private final SequencedMap<ExecutorId, ExecutorEntry> entries = new LinkedHashMap<>();
    private final SequencedMap<LeaseId, ExecutorEntry> byLease = new LinkedHashMap<>();
    private final SequencedMap<String, HostEntry> hosts = new LinkedHashMap<>();
    private final List<@Nullable ExecutorEntry> byNumber = new ArrayList<>();
    private final IntQueue freeNumbers = new IntQueue();

    private final SequencedMap<Resources, SlotIndex> shared = new LinkedHashMap<>();
    private final List<SlotIndex> indexes = new ArrayList<>();

    /** Executors whose room changed this turn. */
    final List<ExecutorEntry> changed = new ArrayList<>();

    private int refreshed;

    /** Executors in the order in which they were last heard. */
    private @Nullable ExecutorEntry longestSilent;

    private @Nullable ExecutorEntry lastHeard;

    @Nullable ExecutorEntry get(ExecutorId id) {
        return entries.get(id);
    }

    @Nullable ExecutorEntry byLease(LeaseId lease) {
        return byLease.get(lease);
    }

    /** The executor that has this number now, or null. */
    @Nullable ExecutorEntry numbered(int number) {
        return byNumber.get(number);
    }

    Collection<ExecutorEntry> all() {
        return entries.sequencedValues();
    }

    @Nullable HostEntry host(String name) {
        return hosts.get(name);
    }

    /** The entry of the lease's executor, new if it has none; the lease is part of it now. */
    ExecutorEntry lease(Lease lease, long now) {
        ExecutorEntry executor = entries.get(lease.executor());
        if (executor == null) {
            executor = new ExecutorEntry(lease.executor(), nextNumber(), hostOf(lease.host()), now);
            byNumber.set(executor.number, executor);
            entries.put(executor.id, executor);
        }
        executor.leases.put(lease.id(), lease);
        byLease.put(lease.id(), executor);
        resize(executor);
        return executor;
    }

    void endLease(ExecutorEntry executor, LeaseId lease) {
        executor.leases.remove(lease);
        byLease.remove(lease);
        resize(executor);
    }

    /** The executor is up at this host. */
    void register(ExecutorEntry executor, String host, long now) {
        HostEntry expected = executor.host;
        executor.host = hostOf(host);
        executor.host.executors.add(executor);
        dropIfEmpty(expected);
        executor.state = ExecutorEntry.State.ACTIVE;
        heard(executor, now);
        markChanged(executor);
    }

    /** The executor and all its leases are over. */
    void remove(ExecutorEntry executor) {
        entries.remove(executor.id);
        executor.leases.keySet().forEach(byLease::remove);
        executor.host.executors.remove(executor);
        dropIfEmpty(executor.host);
        for (SlotIndex index : indexes) {
            index.remove(executor);
        }
        unlink(executor);
        changed.remove(executor);
        refreshed = Math.min(refreshed, changed.size());
        executor.changed = false;
        byNumber.set(executor.number, null);
        freeNumbers.add(executor.number);
    }

    void heard(ExecutorEntry executor, long now) {
        executor.heardNanos = now;
        if (lastHeard == executor) {
            return;
        }
        unlink(executor);
        executor.heardBefore = lastHeard;
        if (lastHeard == null) {
            longestSilent = executor;
        } else {
            lastHeard.heardAfter = executor;
        }
        lastHeard = executor;
    }

    boolean anyRegistered() {
        return longestSilent != null;
    }

    /** The registered executor that has been silent for longest, or null. */
    @Nullable ExecutorEntry longestSilent() {
        return longestSilent;
    }

    /** Its room is not what it was; indexes follow with {@link #refresh}. */
    void markChanged(ExecutorEntry executor) {
        if (!executor.changed) {
            executor.changed = true;
            changed.add(executor);
        } else if (refreshed > 0) {
            update(executor);
        }
    }

    /** Brings the indexes up to date with executors that changed. */
    void refresh() {
        for (; refreshed < changed.size(); refreshed++) {
            update(changed.get(refreshed));
        }
    }

    /** Its room has changed by a placement, which the indexes must know at once. */
    void update(ExecutorEntry executor) {
        for (int i = 0; i < indexes.size(); i++) {
            indexes.get(i).update(executor);
        }
    }

    /** Nobody is interested any more in who changed. */
    void forgetChanged() {
        for (int i = 0; i < changed.size(); i++) {
            changed.get(i).changed = false;
        }
        changed.clear();
        refreshed = 0;
    }

    /** The index for tasks that take so much; to be given back with {@link #release}. */
    SlotIndex slots(Resources perTask) {
        SlotIndex index = shared.get(perTask);
        if (index == null) {
            index = privateSlots(new Need(perTask, kinds));
            shared.put(perTask, index);
        }
        index.need.sets++;
        return index;
    }

    /** A set with tasks of this need is over. */
    void release(Need need, Resources perTask) {
        if (--need.sets == 0 && shared.size() > MOST_UNUSED) {
            indexes.remove(shared.remove(perTask));
        }
    }

    /** An index for one set only. */
    SlotIndex privateSlots(Need need) {
        var index = new SlotIndex(need);
        indexes.add(index);
        for (ExecutorEntry executor : entries.values()) {
            index.update(executor);
        }
        return index;
    }

    void releasePrivate(SlotIndex index) {
        indexes.remove(index);
    }

    /** The indexes that sets share, one per need. */
    Collection<SlotIndex> sharedSlots() {
        return shared.sequencedValues();
    }

    boolean anyFree() {
        for (int i = 0; i < indexes.size(); i++) {
            if (indexes.get(i).anyFree()) {
                return true;
            }
        }
        return false;
    }

    /** Counts anew what is kept up as executors change. */
    void checkInvariants() {
        for (SlotIndex index : indexes) {
            index.checkInvariants(entries.values());
        }
    }

    private void resize(ExecutorEntry executor) {
        executor.resize(kinds.vector(executor.leased()));
        executor.moveUp();
        markChanged(executor);
    }

    private int nextNumber() {
        if (freeNumbers.isEmpty()) {
            byNumber.add(null);
            return byNumber.size() - 1;
        }
        return freeNumbers.poll();
    }

    private HostEntry hostOf(String name) {
        return hosts.computeIfAbsent(name, HostEntry::new);
    }

    private void dropIfEmpty(HostEntry host) {
        if (host.executors.isEmpty()) {
            hosts.remove(host.name, host);
        }
    }

    private void unlink(ExecutorEntry executor) {
        if (executor.heardBefore != null) {
            executor.heardBefore.heardAfter = executor.heardAfter;
        } else if (longestSilent == executor) {
            longestSilent = executor.heardAfter;
        }
        if (executor.heardAfter != null) {
            executor.heardAfter.heardBefore = executor.heardBefore;
        } else if (lastHeard == executor) {
            lastHeard = executor.heardBefore;
        }
        executor.heardBefore = null;
        executor.heardAfter = null;
    }
}
