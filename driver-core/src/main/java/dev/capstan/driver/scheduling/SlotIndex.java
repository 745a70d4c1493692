package dev.capstan.driver.scheduling;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Executors in order of their room for tasks of one need: those with most free slots first, then those with the
 * shortest queue; of equals the one that has been in its place longest, so that tasks go round.
 *
 * <p>A ring of executors per level of room, linked through arrays by executor number, and one bit per level that is not
 * empty: every operation is of constant cost, however many executors there are. A task set that excludes executors has
 * an index of its own that leaves them out ({@link #bar}); so no placement ever walks past excluded ones.
 */
final class SlotIndex {
    /** Levels 1 … 63 hold executors with free slots, most first; 64 … 127 those without, by tasks queued per slot. */
    private static final int FULL = 64;

    private static final int LEVELS = 128;
    private static final int NONE = -1;

    final Need need;
    private final BitSet barred = new BitSet();
    private final int[] heads = new int[LEVELS];
    private long freeLevels;
    private long fullLevels;
    private ExecutorEntry[] entries = new ExecutorEntry[0];
    private int[] next = new int[0];
    private int[] previous = new int[0];
    private int[] levels = new int[0];
    private int[] free = new int[0];
    private int[] slots = new int[0];
    private long freeSlots;
    private long allSlots;
    private int members;

    SlotIndex(Need need) {
        this.need = need;
        Arrays.fill(heads, NONE);
    }

    void bar(ExecutorEntry executor) {
        barred.set(executor.number);
        update(executor);
    }

    void unbar(ExecutorEntry executor) {
        barred.clear(executor.number);
        update(executor);
    }

    /** Puts the executor where it belongs now; to be called whenever its room changed. */
    void update(ExecutorEntry executor) {
        int number = executor.number;
        if (number >= levels.length) {
            grow(number);
        }
        int room = 0;
        int most = 0;
        int level = NONE;
        if (executor.takesTasks() && !barred.get(number)) {
            most = need.times(executor.capacity);
            if (most > 0) {
                room = executor.queued > 0 ? 0 : Math.min(most, need.times(executor.free));
                level =
                        room > 0
                                ? FULL - Math.min(room, FULL - 1)
                                : FULL + Math.min((executor.queued + most - 1) / most, LEVELS - FULL - 1);
            }
        }
        freeSlots += room - free[number];
        allSlots += most - slots[number];
        free[number] = room;
        slots[number] = most;
        if (level != levels[number]) {
            unlink(number);
            entries[number] = executor;
            levels[number] = level;
            link(number);
        }
    }

    /** The executor is gone; its number may be given to another. */
    void remove(ExecutorEntry executor) {
        int number = executor.number;
        if (number < levels.length && levels[number] != NONE) {
            freeSlots -= free[number];
            allSlots -= slots[number];
            free[number] = 0;
            slots[number] = 0;
            unlink(number);
            levels[number] = NONE;
        }
        barred.clear(number);
    }

    /**
     * The executor with most room, or null when none has any.
     *
     * @param depth how many tasks may queue per slot; 0 for none
     */
    @Nullable ExecutorEntry roomiest(int depth) {
        if (freeLevels != 0) {
            return entries[heads[Long.numberOfTrailingZeros(freeLevels)]];
        }
        if (depth == 0 || fullLevels == 0) {
            return null;
        }
        ExecutorEntry executor = entries[heads[FULL + Long.numberOfTrailingZeros(fullLevels)]];
        return mayQueue(executor, depth) ? executor : null;
    }

    /** The one that comes after this one in the same order, or null. */
    @Nullable ExecutorEntry after(ExecutorEntry executor, int depth) {
        int level = levels[executor.number];
        int following = next[executor.number];
        if (following == heads[level]) {
            level = levelAfter(level);
            if (level == NONE) {
                return null;
            }
            following = heads[level];
        }
        ExecutorEntry found = entries[following];
        return level < FULL || mayQueue(found, depth) ? found : null;
    }

    /** Whether a task can go there. */
    boolean hasRoom(ExecutorEntry executor, int depth) {
        int number = executor.number;
        if (number >= levels.length || levels[number] == NONE) {
            return false;
        }
        return levels[number] < FULL || mayQueue(executor, depth);
    }

    /** Slots of the executor, whether free or not; 0 if it takes no tasks. */
    int slotsOf(ExecutorEntry executor) {
        return executor.number < slots.length ? slots[executor.number] : 0;
    }

    boolean anyFree() {
        return freeLevels != 0;
    }

    /** Whether tasks queue at some executor that has no room but could take such tasks. */
    boolean anyQueued() {
        return (fullLevels & ~1L) != 0;
    }

    long freeSlots() {
        return freeSlots;
    }

    long allSlots() {
        return allSlots;
    }

    /** How many executors can ever take such a task. */
    int members() {
        return members;
    }

    /** Executors at which tasks queue, those with the longest queues per slot first, at most so many. */
    void longestQueues(int most, List<ExecutorEntry> into) {
        long left = fullLevels & ~1L;
        while (left != 0 && into.size() < most) {
            int level = 63 - Long.numberOfLeadingZeros(left);
            left &= ~(1L << level);
            int head = heads[FULL + level];
            int at = head;
            do {
                into.add(entries[at]);
                at = next[at];
            } while (at != head && into.size() < most);
        }
    }

    /** Counts anew, and compares. */
    void checkInvariants(Iterable<ExecutorEntry> all) {
        long free = 0;
        long slotsOfAll = 0;
        int count = 0;
        for (ExecutorEntry executor : all) {
            if (executor.takesTasks() && !barred.get(executor.number)) {
                int most = need.times(executor.capacity);
                count += most > 0 ? 1 : 0;
                slotsOfAll += most;
                free += executor.queued > 0 ? 0 : Math.min(most, need.times(executor.free));
            }
        }
        if (free != freeSlots || slotsOfAll != allSlots || count != members) {
            throw new IllegalStateException(
                    "index has "
                            + freeSlots
                            + " of "
                            + allSlots
                            + " slots free at "
                            + members
                            + " executors, but there are "
                            + free
                            + " of "
                            + slotsOfAll
                            + " at "
                            + count);
        }
    }

    private boolean mayQueue(ExecutorEntry executor, int depth) {
        return executor.queued < (long) depth * slots[executor.number];
    }

    private int levelAfter(int level) {
        if (level < FULL) {
            long higher = freeLevels & (-1L << level) & ~(1L << level);
            if (higher != 0) {
                return Long.numberOfTrailingZeros(higher);
            }
            return fullLevels == 0 ? NONE : FULL + Long.numberOfTrailingZeros(fullLevels);
        }
        long higher = fullLevels & (-1L << (level - FULL)) & ~(1L << (level - FULL));
        return higher == 0 ? NONE : FULL + Long.numberOfTrailingZeros(higher);
    }

    private void link(int number) {
        int level = levels[number];
        if (level == NONE) {
            return;
        }
        members++;
        int head = heads[level];
        if (head == NONE) {
            heads[level] = number;
            next[number] = number;
            previous[number] = number;
            mark(level, true);
        } else {
            int tail = previous[head];
            next[tail] = number;
            previous[number] = tail;
            next[number] = head;
            previous[head] = number;
        }
    }

    private void unlink(int number) {
        int level = levels[number];
        if (level == NONE) {
            return;
        }
        members--;
        int following = next[number];
        if (following == number) {
            heads[level] = NONE;
            mark(level, false);
            return;
        }
        next[previous[number]] = following;
        previous[following] = previous[number];
        if (heads[level] == number) {
            heads[level] = following;
        }
    }

    private void mark(int level, boolean occupied) {
        long bit = 1L << (level & 63);
        if (level < FULL) {
            freeLevels = occupied ? freeLevels | bit : freeLevels & ~bit;
        } else {
            fullLevels = occupied ? fullLevels | bit : fullLevels & ~bit;
        }
    }

    private void grow(int number) {
        int size = Math.max(16, Math.max(number + 1, levels.length * 2));
        int before = levels.length;
        entries = Arrays.copyOf(entries, size);
        next = Arrays.copyOf(next, size);
        previous = Arrays.copyOf(previous, size);
        levels = Arrays.copyOf(levels, size);
        Arrays.fill(levels, before, size, NONE);
        free = Arrays.copyOf(free, size);
        slots = Arrays.copyOf(slots, size);
    }
}
