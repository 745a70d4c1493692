package dev.capstan.engine.reduce;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;

/**
 * A list that keeps its numbers side by side in an array of numbers, instead of one object for each, which lie anywhere
 * in memory. It can be changed like any list; then it becomes a list of objects.
 */
abstract sealed class NumberList<E> extends AbstractList<E> implements RandomAccess, Serializable {
    private static final long serialVersionUID = 1L;

    /** The elements, once somebody changed them. */
    private @Nullable ArrayList<E> changed;

    /** These elements, as numbers if all are numbers of one kind, else the list itself. */
    static List<Object> of(List<Object> elements) {
        Object first = elements.isEmpty() ? null : elements.getFirst();
        NumberList<?> numbers =
                switch (first) {
                    case Integer _ when areAll(elements, Integer.class) -> new OfInts(elements);
                    case Long _ when areAll(elements, Long.class) -> new OfLongs(elements);
                    case Double _ when areAll(elements, Double.class) -> new OfDoubles(elements);
                    case null, default -> null;
                };
        return numbers == null ? elements : widened(numbers);
    }

    /** The elements are objects to whoever does not know better. */
    @SuppressWarnings("unchecked")
    private static List<Object> widened(NumberList<?> numbers) {
        return (List<Object>) numbers;
    }

    private static boolean areAll(List<Object> elements, Class<?> type) {
        for (Object element : elements) {
            if (element == null || element.getClass() != type) {
                return false;
            }
        }
        return true;
    }

    /** How many numbers there are. */
    abstract int count();

    abstract E number(int index);

    /** Lets go of the numbers. */
    abstract void clearNumbers();

    @Override
    public final E get(int index) {
        ArrayList<E> instead = changed;
        return instead == null ? number(index) : instead.get(index);
    }

    @Override
    public final int size() {
        ArrayList<E> instead = changed;
        return instead == null ? count() : instead.size();
    }

    @Override
    public final E set(int index, E element) {
        return objects().set(index, element);
    }

    @Override
    public final void add(int index, E element) {
        modCount++;
        objects().add(index, element);
    }

    @Override
    public final E remove(int index) {
        modCount++;
        return objects().remove(index);
    }

    private ArrayList<E> objects() {
        ArrayList<E> objects = changed;
        if (objects == null) {
            objects = new ArrayList<>(this);
            changed = objects;
            clearNumbers();
        }
        return objects;
    }

    private static final class OfInts extends NumberList<Integer> {
        private static final long serialVersionUID = 1L;

        private int[] numbers;

        OfInts(List<Object> elements) {
            numbers = new int[elements.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (Integer) elements.get(i);
            }
        }

        @Override
        int count() {
            return numbers.length;
        }

        @Override
        Integer number(int index) {
            return numbers[index];
        }

        @Override
        void clearNumbers() {
            numbers = new int[0];
        }
    }

    private static final class OfLongs extends NumberList<Long> {
        private static final long serialVersionUID = 1L;

        private long[] numbers;

        OfLongs(List<Object> elements) {
            numbers = new long[elements.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (Long) elements.get(i);
            }
        }

        @Override
        int count() {
            return numbers.length;
        }

        @Override
        Long number(int index) {
            return numbers[index];
        }

        @Override
        void clearNumbers() {
            numbers = new long[0];
        }
    }

    private static final class OfDoubles extends NumberList<Double> {
        private static final long serialVersionUID = 1L;

        private double[] numbers;

        OfDoubles(List<Object> elements) {
            numbers = new double[elements.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (Double) elements.get(i);
            }
        }

        @Override
        int count() {
            return numbers.length;
        }

        @Override
        Double number(int index) {
            return numbers[index];
        }

        @Override
        void clearNumbers() {
            numbers = new double[0];
        }
    }
}
