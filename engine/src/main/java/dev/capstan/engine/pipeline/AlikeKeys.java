package dev.capstan.engine.pipeline;

import org.jspecify.annotations.Nullable;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The entries of a table whose hash code so many keys have that the slots hold no more of them. In the slots a search
 * would look at all of those keys, and so would one for a key that only comes to lie among them; here keys that can be
 * compared lie in trees, as {@link HashMap} does it.
 */
final class AlikeKeys {
    /** So many different keys of one hash code are in the slots: more than chance ever brings together. */
    static final int MOST_IN_SLOTS = 32;

    /** What the map takes for one, about: a node of a tree and its part of the array. */
    private static final long BYTES_EACH = 72;

    private final Map<@Nullable Object, Integer> entries = new HashMap<>();
    private final BitSet here = new BitSet();

    /** The entry of the key, negative if there is none. */
    int entry(@Nullable Object key) {
        Integer entry = entries.get(key);
        return entry == null ? -1 : entry;
    }

    void add(@Nullable Object key, int entry) {
        entries.put(key, entry);
        here.set(entry);
    }

    boolean has(int entry) {
        return here.get(entry);
    }

    long bytes() {
        return BYTES_EACH * entries.size();
    }
}
