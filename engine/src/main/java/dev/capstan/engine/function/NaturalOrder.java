package dev.capstan.engine.function;

import org.jspecify.annotations.Nullable;

/** The order that values have by themselves; nulls come first. */
enum NaturalOrder implements SerializableComparator<Object> {
    ASCENDING;

    @SuppressWarnings("unchecked")
    static <T> SerializableComparator<T> ascending() {
        return (SerializableComparator<T>) (SerializableComparator<?>) ASCENDING;
    }

    @Override
    @SuppressWarnings("unchecked")
    public int compare(@Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) {
            return left == right ? 0 : left == null ? -1 : 1;
        }
        return ((Comparable<Object>) left).compareTo(right);
    }

    @Override
    public int naturalSign() {
        return 1;
    }
}
