package dev.capstan.executor.logic;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** The newest of what is over, so that an order said twice is not done twice. Bounded. */
final class Remembered<T> {
    private static final int MOST = 10_000;

    private final SequencedMap<T, Boolean> entries = new LinkedHashMap<>();

    boolean contains(T entry) {
        return entries.containsKey(entry);
    }

    void add(T entry) {
        entries.put(entry, true);
        if (entries.size() > MOST) {
            entries.pollFirstEntry();
        }
    }
}
