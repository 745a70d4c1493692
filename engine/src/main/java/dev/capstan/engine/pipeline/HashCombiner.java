package dev.capstan.engine.pipeline;

import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.memory.LargeObjects;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * A hash table of combined values; keys and values may be null. Open addressing over an index of ints, so that adding
 * to a known key is one search and allocates nothing but what the user's function does.
 */
final class HashCombiner implements Combiner {
    private static final int MOST = 1 << 29;
    private static final int FIRST_BITS = 6;

    private final Fn<Object, Object> create;
    private final Fn2<Object, Object, Object> add;
    private int size;
    private @Nullable Object[] keys;
    private @Nullable Object[] values;
    private int[] hashes;

    /** Of each slot the number of its entry, from 1; 0 where the slot is free. At most half of them are taken. */
    private int[] slots;

    /** The slot of a hash is in the upper bits of its product with {@link KeyHash#SCATTER}. */
    private int shift;

    private long large;
    private TableWatch watch = TableWatch.NONE;
    private int untilLook = 1;

    @SuppressWarnings("unchecked")
    HashCombiner(Object create, Object add) {
        this.create = (Fn<Object, Object>) create;
        this.add = (Fn2<Object, Object, Object>) add;
        clear();
    }

    @Override
    public void accept(Pair<Object, Object> pair) throws Exception {
        add(pair.key(), pair.value());
    }

    @Override
    public void add(@Nullable Object key, @Nullable Object value) throws Exception {
        put(key, value);
        if (--untilLook == 0) {
            untilLook = watch.look();
        }
    }

    private void put(@Nullable Object key, @Nullable Object value) throws Exception {
        int hash =
                (key instanceof String || key instanceof Integer || key instanceof Long
                                ? key.hashCode()
                                : KeyHash.code(key))
                        * KeyHash.SPREAD;
        int mask = slots.length - 1;
        int slot = (hash ^ hash >>> 15) * KeyHash.SCATTER >>> shift;
        int entry = slots[slot];
        while (entry != 0) {
            int index = entry - 1;
            if (hashes[index] == hash && (keys[index] == key || (key != null && key.equals(keys[index])))) {
                update(index, value);
                return;
            }
            slot = slot + 1 & mask;
            entry = slots[slot];
        }
        Object first = create.apply(value);
        count(assumed(value, first));
        begin(key, hash, slot, first);
    }

    private void update(int index, @Nullable Object value) throws Exception {
        Object before = values[index];
        long largeBefore = LargeObjects.bytes(before);
        Object after = add.apply(before, value);
        values[index] = after;
        count(LargeObjects.bytes(after) - largeBefore + assumed(value, after));
    }

    /** How much of a large value may be held by what it was added to, where that cannot be seen. */
    private static long assumed(@Nullable Object value, @Nullable Object by) {
        long bytes = LargeObjects.bytes(value);
        return bytes > 0 && value != by && LargeObjects.bytes(by) == 0 && LargeObjects.mayHold(by) ? bytes : 0;
    }

    private void count(long more) {
        if (more != 0) {
            large += more;
            untilLook = 1;
        }
    }

    @Override
    public void begin(@Nullable Object key, @Nullable Object value) {
        int hash = KeyHash.of(key);
        int mask = slots.length - 1;
        int slot = (hash ^ hash >>> 15) * KeyHash.SCATTER >>> shift;
        while (slots[slot] != 0) {
            slot = slot + 1 & mask;
        }
        begin(key, hash, slot, value);
    }

    private void begin(@Nullable Object key, int hash, int freeSlot, @Nullable Object value) {
        int entry = size++;
        if (entry == keys.length) {
            grow();
            index(hash, entry);
        } else {
            slots[freeSlot] = entry + 1;
        }
        keys[entry] = key;
        values[entry] = value;
        hashes[entry] = hash;
        count(LargeObjects.bytes(key) + LargeObjects.bytes(value));
    }

    private void index(int hash, int entry) {
        int mask = slots.length - 1;
        int slot = (hash ^ hash >>> 15) * KeyHash.SCATTER >>> shift;
        while (slots[slot] != 0) {
            slot = slot + 1 & mask;
        }
        slots[slot] = entry + 1;
    }

    private void grow() {
        int before = keys.length;
        if (before >= MOST) {
            throw new IllegalStateException(
                    "more than " + MOST + " different keys in one partition: use more partitions");
        }
        keys = Arrays.copyOf(keys, 2 * before);
        values = Arrays.copyOf(values, 2 * before);
        hashes = Arrays.copyOf(hashes, 2 * before);
        slots = new int[2 * slots.length];
        shift--;
        for (int entry = 0; entry < before; entry++) {
            index(hashes[entry], entry);
        }
    }

    @Override
    public void replace(int entry, @Nullable Object value) {
        count(LargeObjects.bytes(value) - LargeObjects.bytes(values[entry]));
        values[entry] = value;
    }

    @Override
    public int objects() {
        return size;
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
    public @Nullable Object value(int entry) {
        return values[entry];
    }

    @Override
    public int[] hashes() {
        return hashes;
    }

    @Override
    public void watch(TableWatch newWatch) {
        watch = newWatch;
    }

    @Override
    public void clear() {
        int capacity = 1 << FIRST_BITS - 1;
        size = 0;
        large = 0;
        keys = new Object[capacity];
        values = new Object[capacity];
        hashes = new int[capacity];
        slots = new int[2 * capacity];
        shift = Integer.SIZE - FIRST_BITS;
    }

    @Override
    public long largeBytes() {
        return large;
    }

    @Override
    public void recountLarge() {
        large = 0;
        for (int entry = 0; entry < size; entry++) {
            large += LargeObjects.bytes(keys[entry]) + LargeObjects.bytes(values[entry]);
        }
    }

    @Override
    public long tableBytes() {
        return 12L * keys.length + 4L * slots.length;
    }
}
