package dev.capstan.engine.operator;

import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.engine.task.PartitionFn;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** What actions do with the order of elements. */
public final class OrderFunctions {
    private static final int SMALLEST_BATCH = 64;

    private OrderFunctions() {}

    /** Of two the lesser; the first if they are equal. */
    public record Lesser<T>(SerializableComparator<? super T> order) implements Fn2<T, T, T>, Shareable {
        @Override
        public T apply(T first, T second) {
            return order.compare(second, first) < 0 ? second : first;
        }
    }

    /** The first elements by order, in order; of equal ones those that came first. */
    public record Least<T>(int most, SerializableComparator<? super T> order)
            implements PartitionFn<T, List<T>>, Shareable {
        @Override
        public List<T> apply(Iterator<T> elements, TaskContext task) {
            return of(elements);
        }

        /** Sorts when twice as many were gathered, which is about as fast as a heap and keeps equal ones in order. */
        public List<T> of(Iterator<T> elements) {
            List<T> least = new ArrayList<>();
            long batch = Math.max(SMALLEST_BATCH, 2L * most);
            while (elements.hasNext()) {
                least.add(elements.next());
                if (least.size() >= batch) {
                    cut(least);
                }
            }
            cut(least);
            return least;
        }

        private void cut(List<T> gathered) {
            gathered.sort(order);
            if (gathered.size() > most) {
                gathered.subList(most, gathered.size()).clear();
            }
        }
    }
}
