package dev.capstan.engine.function;

import java.util.Comparator;
import java.util.List;

/** Sorts by orders that users give. */
public final class Sorting {
    private Sorting() {}

    /**
     * Puts elements in order; equal ones stay as they are.
     *
     * @param operator that sorts, for messages
     * @throws IllegalStateException when the order is seen to contradict itself
     */
    public static <T> void sort(List<T> elements, Comparator<? super T> order, String operator) {
        try {
            elements.sort(order);
        } catch (IllegalArgumentException e) {
            if (!String.valueOf(e.getMessage()).startsWith("Comparison method violates")) {
                throw e; // the comparator's own
            }
            throw new IllegalStateException(
                    operator
                            + ": the comparator contradicts itself ("
                            + e.getMessage()
                            + "); it must order any three keys consistently",
                    e);
        }
    }
}
