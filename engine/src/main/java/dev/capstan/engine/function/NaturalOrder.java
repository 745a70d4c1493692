package dev.capstan.engine.function;

import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

/**
 * The order that values have by themselves; nulls come first. All are equal: the operator is there only for the message
 * to who sorts what has no order.
 */
record NaturalOrder(String operator) implements SerializableComparator<Object>, Shareable {
    @Override
    @SuppressWarnings("unchecked")
    public int compare(@Nullable Object left, @Nullable Object right) {
        if (left == null || right == null) {
            return left == right ? 0 : left == null ? -1 : 1;
        }
        try {
            return ((Comparable<Object>) left).compareTo(right);
        } catch (ClassCastException e) {
            throw explained(left, right, e);
        }
    }

    private RuntimeException explained(Object left, Object right, ClassCastException cause) {
        for (Object value : new Object[] {left, right}) {
            if (!(value instanceof Comparable<?>)) {
                return new IllegalArgumentException(
                        operator
                                + ": a "
                                + value.getClass().getTypeName()
                                + " has no order of its own; let its class implement Comparable, or give a comparator"
                                + " to "
                                + operator,
                        cause);
            }
        }
        if (left.getClass() == right.getClass()) {
            return cause; // from inside of its compareTo
        }
        return new IllegalArgumentException(
                operator
                        + ": a "
                        + left.getClass().getTypeName()
                        + " and a "
                        + right.getClass().getTypeName()
                        + " cannot be compared with each other; make them of one class before, or give a comparator to "
                        + operator,
                cause);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NaturalOrder;
    }

    @Override
    public int hashCode() {
        return 1;
    }

    @Override
    public int naturalSign() {
        return 1;
    }
}
