package dev.capstan.engine.pipeline;

import dev.capstan.engine.memory.LargeObjects;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Groups in a hash table. A value costs two places in arrays that grow at their ends, whatever its key, and none of
 * them is moved when a group grows.
 */
final class HashGroups implements Groups {
    private static final int MOST = 1 << 29;

    /** In the place of a slot: none, the entry is among {@link #alike}. */
    private static final int APART = -1;

    private final int sides;

    private final Slots slots = new Slots();
    private int size;
    private @Nullable Object[] keys;
    private int[] hashes;

    /** The entries that are in no slot, if there are any. */
    private @Nullable AlikeKeys alike;

    /** Of each key and side: its first and last value from 1, 0 for none, and how many. */
    private int[] chains;

    private int valueCount;
    private @Nullable Object[] values;
    private int[] nexts;

    private long large;
    private TableWatch watch = TableWatch.NONE;
    private int untilLook = 1;

    /**
     * @param sides how many there are
     * @param unused a copied class has two arguments
     */
    HashGroups(Object sides, @Nullable Object unused) {
        this.sides = (Integer) sides;
        clear();
    }

    @Override
    public void add(int side, @Nullable Object key, @Nullable Object value) throws Exception {
        put(side, key, value);
        count(LargeObjects.bytes(value));
        if (--untilLook == 0) {
            untilLook = watch.look();
        }
    }

    private void count(long more) {
        if (more > 0) {
            large += more;
            untilLook = 1;
        }
    }

    private void put(int side, @Nullable Object key, @Nullable Object value) {
        int chain = 3 * (entryOf(key) * sides + side);
        int number = valueCount++;
        if (number == values.length) {
            growValues();
        }
        values[number] = value;
        if (chains[chain] == 0) {
            chains[chain] = number + 1;
        } else {
            nexts[chains[chain + 1] - 1] = number + 1;
        }
        chains[chain + 1] = number + 1;
        chains[chain + 2]++;
    }

    private int entryOf(@Nullable Object key) {
        // KeyHash.of(key), whose own call of hashCode has met the keys of all pipelines
        int hash =
                (key instanceof String || key instanceof Integer || key instanceof Long
                                ? key.hashCode()
                                : KeyHash.code(key))
                        * KeyHash.SPREAD;
        int alikes = 0;
        int slot = slots.first(hash);
        for (int entry = slots.entry(slot); entry >= 0; entry = slots.entry(slot)) {
            if (hashes[entry] == hash) {
                if (keys[entry] == key || (key != null && key.equals(keys[entry]))) {
                    return entry;
                }
                if (++alikes == AlikeKeys.MOST_IN_SLOTS) {
                    return entryApart(key, hash);
                }
            }
            slot = slots.after(slot);
        }
        return begin(key, hash, slot);
    }

    private int entryApart(@Nullable Object key, int hash) {
        AlikeKeys apart = alike;
        if (apart == null) {
            apart = new AlikeKeys();
            alike = apart;
        }
        int known = apart.entry(key);
        if (known >= 0) {
            return known;
        }
        int entry = begin(key, hash, APART);
        apart.add(key, entry);
        return entry;
    }

    /**
     * @param freeSlot where its number goes, or {@link #APART}
     */
    private int begin(@Nullable Object key, int hash, int freeSlot) {
        int entry = size++;
        if (entry == keys.length) {
            grow();
            if (freeSlot != APART) {
                slots.add(hash, entry);
            }
        } else if (freeSlot != APART) {
            slots.take(freeSlot, entry);
        }
        keys[entry] = key;
        hashes[entry] = hash;
        count(LargeObjects.bytes(key));
        return entry;
    }

    private void grow() {
        int before = keys.length;
        if (before >= MOST / (3 * sides)) {
            throw tooMany("different keys");
        }
        keys = Arrays.copyOf(keys, 2 * before);
        hashes = Arrays.copyOf(hashes, 2 * before);
        chains = Arrays.copyOf(chains, 2 * chains.length);
        slots.clear(2 * before);
        for (int entry = 0; entry < before; entry++) {
            if (alike == null || !alike.has(entry)) {
                slots.add(hashes[entry], entry);
            }
        }
    }

    private void growValues() {
        if (values.length >= MOST) {
            throw tooMany("values");
        }
        values = Arrays.copyOf(values, 2 * values.length);
        nexts = Arrays.copyOf(nexts, 2 * nexts.length);
    }

    private static IllegalStateException tooMany(String what) {
        return new IllegalStateException("more " + what + " in one partition than fit: use more partitions");
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public @Nullable Object key(int entry) {
        return keys[entry];
    }

    @Override
    public int[] hashes() {
        return hashes;
    }

    @Override
    public int count(int entry, int side) {
        return chains[3 * (entry * sides + side) + 2];
    }

    @Override
    public int first(int entry, int side) {
        return chains[3 * (entry * sides + side)] - 1;
    }

    @Override
    public int next(int value) {
        return nexts[value] - 1;
    }

    @Override
    public @Nullable Object value(int value) {
        return values[value];
    }

    @Override
    public int values() {
        return valueCount;
    }

    @Override
    public void watch(TableWatch newWatch) {
        watch = newWatch;
    }

    @Override
    public void clear() {
        int capacity = Slots.FIRST_CAPACITY;
        size = 0;
        large = 0;
        alike = null;
        keys = new Object[capacity];
        hashes = new int[capacity];
        chains = new int[3 * sides * capacity];
        slots.clear(capacity);
        valueCount = 0;
        values = new Object[2 * capacity];
        nexts = new int[2 * capacity];
    }

    @Override
    public long largeBytes() {
        return large;
    }

    @Override
    public long tableBytes() {
        return 8L * keys.length
                + 4L * chains.length
                + slots.bytes()
                + 8L * values.length
                + (alike == null ? 0 : alike.bytes());
    }
}
