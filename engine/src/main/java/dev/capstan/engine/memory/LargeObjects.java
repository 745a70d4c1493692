package dev.capstan.engine.memory;

import dev.capstan.engine.function.Pair;

import org.jspecify.annotations.Nullable;

import java.util.function.IntFunction;

/**
 * Objects that are large by themselves: a few of them among many small ones would be missed by a sample, so each is
 * counted. To find them costs a look at class and length.
 */
public final class LargeObjects {
    /** Smaller ones are left to samples. */
    private static final int LEAST = 16 << 10;

    private static final int SAMPLE = 32;

    private LargeObjects() {}

    /**
     * How many bytes the object takes if it is large: a text, an array of numbers, or a pair with such. Otherwise 0.
     */
    public static long bytes(@Nullable Object value) {
        if (value == null || value instanceof Number) {
            return 0;
        }
        if (value instanceof String text) {
            return text.length() < LEAST ? 0 : ObjectSize.of(text);
        }
        if (value instanceof Pair<?, ?> pair) {
            return bytes(pair.key()) + bytes(pair.value());
        }
        return value.getClass().isArray() ? ofArray(value) : 0;
    }

    private static long ofArray(Object array) {
        if (array instanceof Object[]) {
            return 0; // what it refers to may be anything
        }
        long bytes = ObjectSize.of(array);
        return bytes < LEAST ? 0 : bytes;
    }

    /** Whether it may refer to something that it was made of. */
    public static boolean mayHold(@Nullable Object value) {
        return value != null
                && !(value instanceof Number || value instanceof String || value instanceof Boolean)
                && !(value.getClass().isArray() && value.getClass().componentType().isPrimitive());
    }

    /** About how much objects take that are not large; a few of them are measured and stand for all. */
    public static long bytesOfOthers(int count, IntFunction<@Nullable Object> objects) {
        int looks = Math.min(SAMPLE, count);
        long sampled = 0;
        for (int i = 0; i < looks; i++) {
            long start = (long) i * count / looks;
            long end = (i + 1L) * count / looks;
            Object object = objects.apply((int) (start + scattered(i, count) % (end - start)));
            sampled += bytes(object) > 0 ? 0 : ObjectSize.of(object);
        }
        return looks == 0 ? 0 : sampled * count / looks;
    }

    /** Large and small objects may take turns, and a look at every so many would see one kind only. */
    private static int scattered(int look, int count) {
        int mixed = (look * 31 + count) * 0x9E3779B9;
        return mixed >>> 8;
    }
}
