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

    /** In the place of a slot: none, the entry is among {@link #alike}. */
    private static final int APART = -1;

    private final Fn<Object, Object> create;
    private final Fn2<Object, Object, Object> add;
    private final Slots slots = new Slots();
    private int size;
    private @Nullable Object[] keys;
    private @Nullable Object[] values;
    private int[] hashes;

    /** The entries that are in no slot, if there are any. */
    private @Nullable AlikeKeys alike;

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
                    update(entry, value);
                    return;
                }
                if (++alikes == AlikeKeys.MOST_IN_SLOTS) {
                    putApart(key, hash, value);
                    return;
                }
            }
            slot = slots.after(slot);
        }
        Object first = create.apply(value);
        count(assumed(value, first));
        begin(key, hash, slot, first);
    }

    private void putApart(@Nullable Object key, int hash, @Nullable Object value) throws Exception {
        int entry = alike == null ? -1 : alike.entry(key);
        if (entry >= 0) {
            update(entry, value);
            return;
        }
        Object first = create.apply(value);
        count(assumed(value, first));
        begin(key, hash, APART, first);
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
        int alikes = 0;
        int slot = slots.first(hash);
        for (int entry = slots.entry(slot); entry >= 0; entry = slots.entry(slot)) {
            if (hashes[entry] == hash && ++alikes == AlikeKeys.MOST_IN_SLOTS) {
                begin(key, hash, APART, value);
                return;
            }
            slot = slots.after(slot);
        }
        begin(key, hash, slot, value);
    }

    /**
     * @param freeSlot where its number goes, or {@link #APART}
     */
    private void begin(@Nullable Object key, int hash, int freeSlot, @Nullable Object value) {
        int entry = size++;
        if (entry == keys.length) {
            grow();
            if (freeSlot != APART) {
                slots.add(hash, entry);
            }
        } else if (freeSlot != APART) {
            slots.take(freeSlot, entry);
        }
        if (freeSlot == APART) {
            setApart(key, entry);
        }
        keys[entry] = key;
        values[entry] = value;
        hashes[entry] = hash;
        count(LargeObjects.bytes(key) + LargeObjects.bytes(value));
    }

    private void setApart(@Nullable Object key, int entry) {
        AlikeKeys apart = alike;
        if (apart == null) {
            apart = new AlikeKeys();
            alike = apart;
        }
        apart.add(key, entry);
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
        slots.clear(2 * before);
        for (int entry = 0; entry < before; entry++) {
            if (alike == null || !alike.has(entry)) {
                slots.add(hashes[entry], entry);
            }
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
        size = 0;
        large = 0;
        alike = null;
        keys = new Object[Slots.FIRST_CAPACITY];
        values = new Object[Slots.FIRST_CAPACITY];
        hashes = new int[Slots.FIRST_CAPACITY];
        slots.clear(Slots.FIRST_CAPACITY);
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
        return 12L * keys.length + slots.bytes() + (alike == null ? 0 : alike.bytes());
    }
}
