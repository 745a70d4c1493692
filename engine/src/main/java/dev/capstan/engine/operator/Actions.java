package dev.capstan.engine.operator;

import dev.capstan.engine.function.Action;
import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.pipeline.Gatherer;
import dev.capstan.engine.task.PartitionFn;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What actions do with each partition. */
public final class Actions {
    private Actions() {}

    public enum Count implements Gathering<Object, Long> {
        INSTANCE;

        @Override
        public Gatherer<Object, Long> begin(TaskContext task) {
            return new Counter();
        }
    }

    private static final class Counter implements Gatherer<Object, Long> {
        private long count;

        @Override
        public void accept(Object element) {
            count++;
        }

        @Override
        public Long result() {
            return count;
        }
    }

    public enum Collect implements Gathering<Object, List<Object>> {
        INSTANCE;

        @Override
        public Gatherer<Object, List<Object>> begin(TaskContext task) {
            return new Collector();
        }
    }

    private static final class Collector implements Gatherer<Object, List<Object>> {
        private final List<Object> all = new ArrayList<>();

        @Override
        public void accept(Object element) {
            all.add(element);
        }

        @Override
        public List<Object> result() {
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
    public record Reduce<T>(Fn2<T, T, T> function) implements Gathering<T, List<T>>, Shareable {
        @Override
        public Gatherer<T, List<T>> begin(TaskContext task) {
            return task.pipelines().reduce(function);
        }
    }

    public record Aggregate<T, A>(Zero<A> zero, Fn2<A, ? super T, ? extends A> add)
            implements Gathering<T, A>, Shareable {
        @Override
        public Gatherer<T, A> begin(TaskContext task) {
            return task.pipelines().fold(add, zero.fresh());
        }
    }

    public record ForEach<T>(Action<? super T> action) implements Gathering<T, Boolean>, Shareable {
        @Override
        public Gatherer<T, Boolean> begin(TaskContext task) {
            return task.pipelines().each(action);
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

    /**
     * Some keys of a partition.
     *
     * @param seen how many there are
     * @param sources how many elements of a {@linkplain dev.capstan.engine.lineage.Lineage#thinned thinned} source they
     *     were made of: keys of the same one may be much alike and then say no more than one
     */
    public record Sampled<K>(long seen, long sources, List<K> keys) implements Serializable {}

    /** How many elements there are, and some of them, each with the same chance; the same ones each time. */
    public record Sample<K>(int most, long seed) implements PartitionFn<Pair<K, ?>, Sampled<K>>, Shareable {
        @Override
        public Sampled<K> apply(Iterator<Pair<K, ?>> pairs, TaskContext task) {
            SplittableRandom random = new SplittableRandom(seed * 31 + task.partition());
            List<K> reservoir = new ArrayList<>();
            long seen = 0;
            long sources = 0;
            long read = -1;
            while (pairs.hasNext()) {
                K key = pairs.next().key();
                seen++;
                if (task.recorder().recordsRead() != read) {
                    read = task.recorder().recordsRead();
                    sources++;
                }
                if (reservoir.size() < most) {
                    reservoir.add(key);
                } else {
                    long slot = random.nextLong(seen);
                    if (slot < most) {
                        reservoir.set((int) slot, key);
                    }
                }
            }
            return new Sampled<>(seen, sources, reservoir);
        }
    }
}
