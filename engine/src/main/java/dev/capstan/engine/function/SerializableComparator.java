package dev.capstan.engine.function;

import java.io.Serializable;
import java.util.Comparator;

/** An order that travels to executors; a lambda where this is asked for is serializable by itself. */
@FunctionalInterface
public interface SerializableComparator<T> extends Comparator<T>, Serializable {
    /** The order that the values have by themselves, nulls first. */
    static <T> SerializableComparator<T> natural() {
        return NaturalOrder.ascending();
    }

    /** The other way round. */
    @Override
    default SerializableComparator<T> reversed() {
        return new ReversedOrder<>(this);
    }

    /** 1 if this is the order that values have by themselves, -1 if it is the opposite, 0 if it is another one. */
    default int naturalSign() {
        return 0;
    }
}
