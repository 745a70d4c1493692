package dev.capstan.engine.operator;

import dev.capstan.engine.function.Action;
import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.PartitionFn;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What actions do with each partition. */
public final class Actions {
    private Actions() {}

    public enum Count implements PartitionFn<Object, Long> {
        INSTANCE;

        @Override
        public Long apply(Iterator<Object> elements, TaskContext task) {
            long count = 0;
            while (elements.hasNext()) {
                elements.next();
                count++;
            }
            return count;
        }
    }

    public enum Collect implements PartitionFn<Object, List<Object>> {
        INSTANCE;

        @Override
        public List<Object> apply(Iterator<Object> elements, TaskContext task) {
            List<Object> all = new ArrayList<>();
            while (elements.hasNext()) {
                all.add(elements.next());
            }
            return all;
        }
    }

    /** The first elements, not computing more. */
    public record Take<T>(int most) implements PartitionFn<T, List<T>>, Shareable {
        @Override
        public List<T> apply(Iterator<T> elements, TaskContext task) {
            List<T> taken = new ArrayList<>(Math.min(most, 16));
            while (taken.size() < most && elements.hasNext()) {
                taken.add(elements.next());
            }
            return taken;
        }
    }

    /** A list with the one value that all elements make, empty if there are none. */
    public record Reduce<T>(Fn2<T, T, T> function) implements PartitionFn<T, List<T>>, Shareable {
        @Override
        public List<T> apply(Iterator<T> elements, TaskContext task) throws Exception {
            List<T> result = new ArrayList<>(1);
            if (elements.hasNext()) {
                T value = elements.next();
                while (elements.hasNext()) {
                    value = function.apply(value, elements.next());
                }
                result.add(value);
            }
            return result;
        }
    }

    public record Aggregate<T, A>(Zero<A> zero, Fn2<A, ? super T, ? extends A> add)
            implements PartitionFn<T, A>, Shareable {
        @Override
        public A apply(Iterator<T> elements, TaskContext task) throws Exception {
            A value = zero.fresh();
            while (elements.hasNext()) {
                value = add.apply(value, elements.next());
            }
            return value;
        }
    }

    public record ForEach<T>(Action<? super T> action) implements PartitionFn<T, Boolean>, Shareable {
        @Override
        public Boolean apply(Iterator<T> elements, TaskContext task) throws Exception {
            while (elements.hasNext()) {
                action.accept(elements.next());
            }
            return true;
        }
    }

    public record ForEachPartition<T>(Action<Iterator<T>> action) implements PartitionFn<T, Boolean>, Shareable {
        @Override
        public Boolean apply(Iterator<T> elements, TaskContext task) throws Exception {
            action.accept(elements);
            return true;
        }
    }

    public enum CountByKey implements PartitionFn<Pair<Object, Object>, Map<Object, Long>> {
        INSTANCE;

        @Override
        public Map<Object, Long> apply(Iterator<Pair<Object, Object>> pairs, TaskContext task) {
            Map<Object, Long> counts = new LinkedHashMap<>();
            while (pairs.hasNext()) {
                counts.merge(pairs.next().key(), 1L, Long::sum);
            }
            return counts;
        }
    }

    /** How many elements there are, and some of them, each with the same chance; the same ones each time. */
    public record Sample<K>(int most, long seed) implements PartitionFn<Pair<K, ?>, Pair<Long, List<K>>>, Shareable {
        @Override
        public Pair<Long, List<K>> apply(Iterator<Pair<K, ?>> pairs, TaskContext task) {
            SplittableRandom random = new SplittableRandom(seed * 31 + task.partition());
            List<K> reservoir = new ArrayList<>();
            long seen = 0;
            while (pairs.hasNext()) {
                K key = pairs.next().key();
                seen++;
                if (reservoir.size() < most) {
                    reservoir.add(key);
                } else {
                    long slot = random.nextLong(seen);
                    if (slot < most) {
                        reservoir.set((int) slot, key);
                    }
                }
            }
            return new Pair<>(seen, reservoir);
        }
    }
}
