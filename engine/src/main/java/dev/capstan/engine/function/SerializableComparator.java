package dev.capstan.engine.function;

import java.io.Serializable;
import java.util.Comparator;

/** An order that travels to executors; a lambda where this is asked for is serializable by itself. */
@FunctionalInterface
public interface SerializableComparator<T> extends Comparator<T>, Serializable {
    /** The order that the values have by themselves, nulls first. */
    static <T> SerializableComparator<T> natural() {
        return natural("the natural order");
    }

    /**
     * The same; equal to all others.
     *
     * @param operator named in the message if the values have no order
     */
    @SuppressWarnings("unchecked")
    static <T> SerializableComparator<T> natural(String operator) {
        return (SerializableComparator<T>) (SerializableComparator<?>) new NaturalOrder(operator);
    }

    /**
     * Any comparator. Those of {@link Comparator#naturalOrder} and {@link Comparator#reverseOrder} become ours, which
     * take nulls as well. Whether it can be serialized is seen when it is given to an operator.
     *
     * @param operator named in the message if the values have no order
     */
    @SuppressWarnings("unchecked")
    static <T> SerializableComparator<T> of(Comparator<T> order, String operator) {
        if (order instanceof SerializableComparator<T> serializable) {
            return serializable;
        }
        if (order.equals(Comparator.naturalOrder())) {
            return natural(operator);
        }
        if (order.equals(Comparator.reverseOrder())) {
            return SerializableComparator.<T>natural(operator).reversed();
        }
        return new GivenOrder<>(order);
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
