package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * One value for each key, in the order in which keys came first; keys and values may be null. Open addressing over an
 * index of ints, so that adding to a known key is one search and allocates nothing.
 */
final class CombinedValues {
    private static final int MOST = 1 << 29;

    private int size;
    private @Nullable Object[] keys = new Object[16];
    private @Nullable Object[] values = new Object[16];
    private int[] hashes = new int[16];

    /** Of each slot the number of its entry, from 1; 0 where the slot is free. At most half of them are taken. */
    private int[] slots = new int[32];

    /** Combines all pairs. */
    static CombinedValues of(
            Fn<Object, Object> create, Fn2<Object, Object, Object> add, Iterator<Pair<Object, Object>> pairs)
            throws Exception {
        CombinedValues combined = new CombinedValues();
        while (pairs.hasNext()) {
            Pair<Object, Object> pair = pairs.next();
            int before = combined.size;
            int entry = combined.entryOf(pair.key());
            combined.values[entry] =
                    combined.size > before
                            ? create.apply(pair.value())
                            : add.apply(combined.values[entry], pair.value());
        }
        return combined;
    }

    int size() {
        return size;
    }

    @Nullable Object key(int entry) {
        return keys[entry];
    }

    @Nullable Object value(int entry) {
        return values[entry];
    }

    /** The entry of the key; a new one, which makes the size grow, if it has none. */
    private int entryOf(@Nullable Object key) {
        int hash = key == null ? 0 : key.hashCode() * 0x9E3779B9;
        int mask = slots.length - 1;
        int slot = (hash ^ hash >>> 16) & mask;
        while (slots[slot] != 0) {
            int entry = slots[slot] - 1;
            if (hashes[entry] == hash && (keys[entry] == key || (key != null && key.equals(keys[entry])))) {
                return entry;
            }
            slot = slot + 1 & mask;
        }
        if (size == keys.length) {
            grow();
            return entryOf(key);
        }
        keys[size] = key;
        hashes[size] = hash;
        slots[slot] = size + 1;
        return size++;
    }

    private void grow() {
        if (size >= MOST) {
            throw new IllegalStateException(
                    "more than " + MOST + " different keys in one partition: use more partitions");
        }
        keys = Arrays.copyOf(keys, 2 * size);
        values = Arrays.copyOf(values, 2 * size);
        hashes = Arrays.copyOf(hashes, 2 * size);
        slots = new int[4 * size];
        int mask = slots.length - 1;
        for (int entry = 0; entry < size; entry++) {
            int slot = (hashes[entry] ^ hashes[entry] >>> 16) & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = entry + 1;
        }
    }

    Iterator<Pair<Object, Object>> pairs() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < size;
            }

            @Override
            public Pair<Object, Object> next() {
                if (next >= size) {
                    throw new NoSuchElementException();
                }
                int entry = next++;
                return new Pair<>(keys[entry], values[entry]);
            }
        };
    }
}
