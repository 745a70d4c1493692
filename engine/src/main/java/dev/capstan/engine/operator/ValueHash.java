package dev.capstan.engine.operator;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.pipeline.KeyHash;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * A hash of 64 well mixed bits, the same for equal values in every process. Where only {@code hashCode} is known of a
 * class, its 32 bits must do: of a hundred million such values about one in a hundred would not be told from another.
 */
final class ValueHash {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private ValueHash() {}

    static long of(@Nullable Object value) {
        return switch (value) {
            case null -> mix(0);
            case String text -> mix(ofText(text));
            case Long number -> mix(number);
            case Integer number -> mix(number);
            case Double number -> mix(Double.doubleToLongBits(number) + GOLDEN);
            case Enum<?> constant -> mix(ofText(constant.name()));
            case Pair<?, ?> pair -> mix(of(pair.key()) * 31 + of(pair.value()));
            case List<?> list -> ofList(list);
            default -> mix(KeyHash.code(value));
        };
    }

    private static long ofText(String text) {
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
            hash ^= hash >>> 29;
        }
        return hash;
    }

    private static long ofList(List<?> list) {
        long hash = 1;
        for (Object element : list) {
            hash = hash * GOLDEN + of(element);
        }
        return mix(hash);
    }

    /** The finalizer of SplittableRandom: each bit of the input changes about half of the output. */
    static long mix(long bits) {
        long mixed = bits + GOLDEN;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
