package dev.capstan.engine.pipeline;

/**
 * Which entries of a hash table have which hash: open addressing over the numbers of entries, at most half full. Asks
 * nothing of keys, so that all tables can share its compiled code.
 */
final class Slots {
    /** The entries that there is room for at first. */
    static final int FIRST_CAPACITY = 32;

    /** Of each slot the number of its entry, from 1; 0 where the slot is free. */
    private int[] entries = {};

    /** The slot of a hash is in the upper bits of its product with {@link KeyHash#SCATTER}. */
    private int shift;

    Slots() {
        clear(FIRST_CAPACITY);
    }

    /** Where the search for a mixed hash begins. */
    int first(int hash) {
        return (hash ^ hash >>> 15) * KeyHash.SCATTER >>> shift;
    }

    /** Where it goes on. */
    int after(int slot) {
        return slot + 1 & entries.length - 1;
    }

    /** The entry that is there; negative if the slot is free, which ends the search. */
    int entry(int slot) {
        return entries[slot] - 1;
    }

    /** A free slot is this entry's. */
    void take(int slot, int entry) {
        entries[slot] = entry + 1;
    }

    /** An entry whose key is not there yet. */
    void add(int hash, int entry) {
        int slot = first(hash);
        while (entries[slot] != 0) {
            slot = after(slot);
        }
        take(slot, entry);
    }

    /** Forgets all entries, and makes room for so many: a power of two. */
    void clear(int capacity) {
        entries = new int[2 * capacity];
        shift = Integer.numberOfLeadingZeros(entries.length) + 1;
    }

    long bytes() {
        return 4L * entries.length;
    }
}
