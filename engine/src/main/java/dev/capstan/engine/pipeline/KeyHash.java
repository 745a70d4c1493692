package dev.capstan.engine.pipeline;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Hash codes of keys that are the same in every process, and the order in which grouped and combined keys come out:
 * that of their mixed hashes as unsigned numbers.
 *
 * <p>The hash code of most classes is that of {@code hashCode}. That of an enum constant differs from process to
 * process, and so does that of a record or collection which holds one; these are hashed by names and by their parts,
 * which agrees with {@code equals}.
 */
public final class KeyHash {
    /** Spreads hash codes over all bits, the uppermost ones most of all: 2^32 divided by the golden ratio. */
    static final int SPREAD = 0x9E3779B9;

    /**
     * For tables: all keys of a slice have the same uppermost bits in their mixed hashes and would crowd in one place.
     */
    static final int SCATTER = 0xC2B2AE35;

    private KeyHash() {}

    /**
     * The mixed hash of a key. Tables have the first two lines of {@link #code} in themselves, so that the compiler
     * sees which class of keys they meet.
     */
    public static int of(@Nullable Object key) {
        return code(key) * SPREAD;
    }

    /**
     * The hash code of a key.
     *
     * @throws IllegalArgumentException when keys of its class could not be found again in another process
     */
    public static int code(@Nullable Object key) {
        if (key instanceof String || key instanceof Integer || key instanceof Long) {
            return key.hashCode();
        }
        return key == null ? 0 : KeyKind.of(key.getClass()).code(key);
    }

    static int ofList(List<?> list) {
        int code = 1;
        for (Object element : list) {
            code = 31 * code + code(element);
        }
        return code;
    }

    static int ofSet(Set<?> set) {
        int code = 0;
        for (Object element : set) {
            code += code(element);
        }
        return code;
    }

    static int ofMap(Map<?, ?> map) {
        int code = 0;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            code += ofEntry(entry);
        }
        return code;
    }

    static int ofEntry(Map.Entry<?, ?> entry) {
        return code(entry.getKey()) ^ code(entry.getValue());
    }

    static int ofOptional(Optional<?> optional) {
        return code(optional.orElse(null));
    }
}
