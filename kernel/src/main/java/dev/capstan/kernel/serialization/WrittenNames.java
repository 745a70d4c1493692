package dev.capstan.kernel.serialization;

import org.jspecify.annotations.Nullable;

import java.util.IdentityHashMap;
import java.util.Map;

/** The classes, or the constants, that a stream has named: the first time in letters, later by number. */
final class WrittenNames<K> {
    private @Nullable Map<K, Integer> numbers;

    /** Writes the number, doubled; odd when it is new, and then the caller has to write the name. */
    boolean isNew(K named, ByteOutput out) {
        if (numbers == null) {
            numbers = new IdentityHashMap<>(8);
        }
        Integer known = numbers.get(named);
        if (known != null) {
            out.writeVarInt(known << 1);
            return false;
        }
        int number = numbers.size();
        numbers.put(named, number);
        out.writeVarInt(number << 1 | 1);
        return true;
    }

    int size() {
        return numbers == null ? 0 : numbers.size();
    }

    /** Takes back what was named since there were so many. */
    void forget(int known) {
        if (numbers != null) {
            numbers.values().removeIf(number -> number >= known);
        }
    }
}
