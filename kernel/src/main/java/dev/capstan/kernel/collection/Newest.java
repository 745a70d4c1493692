package dev.capstan.kernel.collection;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A map of the keys that came last, so many at most: what is known of things that are over, or belong to others, may
 * not grow with the age of a process. Not thread-safe.
 */
public final class Newest<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    private final int most;

    /**
     * @param most keys; a further one takes the place of the oldest
     */
    public Newest(int most) {
        this.most = most;
    }

    /** A set that likewise holds the elements that came last. */
    public static <T> Set<T> set(int most) {
        return Collections.newSetFromMap(new Newest<>(most));
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
