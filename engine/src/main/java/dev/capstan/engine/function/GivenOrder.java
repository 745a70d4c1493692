package dev.capstan.engine.function;

import java.util.Comparator;

/** The order of a comparator whose type does not say that it can travel. */
record GivenOrder<T>(Comparator<T> order) implements SerializableComparator<T> {
    @Override
    public int compare(T left, T right) {
        return order.compare(left, right);
    }
}
