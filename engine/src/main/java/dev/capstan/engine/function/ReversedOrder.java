package dev.capstan.engine.function;

import dev.capstan.kernel.serialization.Shareable;

/** The opposite of an order. */
record ReversedOrder<T>(SerializableComparator<T> order) implements SerializableComparator<T>, Shareable {
    @Override
    public int compare(T left, T right) {
        return order.compare(right, left);
    }

    @Override
    public SerializableComparator<T> reversed() {
        return order;
    }

    @Override
    public int naturalSign() {
        return -order.naturalSign();
    }
}
