package dev.capstan.engine.operator;

import dev.capstan.engine.function.FlatFn;
import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.Predicate;
import dev.capstan.engine.function.Quadruple;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.engine.function.Triple;
import dev.capstan.engine.task.PartitionFn;
import dev.capstan.engine.task.Sneaky;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.EmbeddedData;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Functions on pairs. */
public final class PairFunctions {
    private PairFunctions() {}

    /** The key of a pair. */
    public static <K, V> Fn<Pair<K, V>, K> key() {
        return cast(Part.KEY);
    }

    /** The value of a pair. */
    public static <K, V> Fn<Pair<K, V>, V> value() {
        return cast(Part.VALUE);
    }

    private enum Part implements Fn<Pair<Object, Object>, Object> {
        KEY {
            @Override
            public Object apply(Pair<Object, Object> pair) {
                return pair.key();
            }
        },
        VALUE {
            @Override
            public Object apply(Pair<Object, Object> pair) {
                return pair.value();
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <T, R> Fn<T, R> cast(Fn<?, ?> function) {
        return (Fn<T, R>) function;
    }

    /** A pair with nothing for each value. */
    public enum WithNothing implements Fn<Object, Pair<Object, @Nullable Object>> {
        INSTANCE;

        @Override
        public Pair<Object, @Nullable Object> apply(Object value) {
            return new Pair<>(value, null);
        }
    }

    /** Of two values the first. */
    public enum First implements Fn2<Object, Object, Object> {
        INSTANCE;

        @Override
        public Object apply(Object first, Object second) {
            return first;
        }
    }

    /** Values of a key into a list. */
    public static final class Grouping {
        private Grouping() {}

        /** Whether this function collects values as {@link Add} does. */
        public static boolean collects(Fn2<?, ?, ?> add) {
            return add == Add.INSTANCE;
        }

        public enum Create implements Fn<Object, List<Object>> {
            INSTANCE;

            @Override
            public List<Object> apply(Object value) {
                List<Object> values = new ArrayList<>(4);
                values.add(value);
                return values;
            }
        }

        public enum Add implements Fn2<List<Object>, Object, List<Object>> {
            INSTANCE;

            @Override
            public List<Object> apply(List<Object> values, Object value) {
                values.add(value);
                return values;
            }
        }

        public enum Merge implements Fn2<List<Object>, List<Object>, List<Object>> {
            INSTANCE;

            @Override
            public List<Object> apply(List<Object> values, List<Object> more) {
                values.addAll(more);
                return values;
            }
        }
    }

    /** Begins each key with a zero of its own and adds the first value to it. */
    public record FromZero<V, A>(Zero<A> zero, Fn2<A, ? super V, ? extends A> add) implements Fn<V, A>, Shareable {
        @Override
        public A apply(V value) throws Exception {
            return add.apply(zero.fresh(), value);
        }
    }

    /** The two lists of a cogroup of two datasets. */
    public enum TwoLists implements Fn<List<List<Object>>, Pair<List<Object>, List<Object>>> {
        INSTANCE;

        @Override
        public Pair<List<Object>, List<Object>> apply(List<List<Object>> lists) {
            return new Pair<>(lists.get(0), lists.get(1));
        }
    }

    /** The three lists of a cogroup of three datasets. */
    public enum ThreeLists implements Fn<List<List<Object>>, Triple<List<Object>, List<Object>, List<Object>>> {
        INSTANCE;

        @Override
        public Triple<List<Object>, List<Object>, List<Object>> apply(List<List<Object>> lists) {
            return new Triple<>(lists.get(0), lists.get(1), lists.get(2));
        }
    }

    /** The four lists of a cogroup of four datasets. */
    public enum FourLists
            implements Fn<List<List<Object>>, Quadruple<List<Object>, List<Object>, List<Object>, List<Object>>> {
        INSTANCE;

        @Override
        public Quadruple<List<Object>, List<Object>, List<Object>, List<Object>> apply(List<List<Object>> lists) {
            return new Quadruple<>(lists.get(0), lists.get(1), lists.get(2), lists.get(3));
        }
    }

    /** The values of the first of two datasets, depending on whether the second has the key. */
    public enum FirstOfTwo implements FlatFn<List<List<Object>>, Object> {
        IF_IN_BOTH,
        UNLESS_IN_SECOND;

        @Override
        public Iterable<Object> apply(List<List<Object>> lists) {
            return lists.get(1).isEmpty() == (this == UNLESS_IN_SECOND) ? lists.get(0) : List.of();
        }
    }

    /** Nothing instead of each value. */
    public enum Nothing implements Fn<Object, @Nullable Object> {
        INSTANCE;

        @Override
        public @Nullable Object apply(Object value) {
            return null;
        }
    }

    /** Whether a pair has the key. */
    public record HasKey<K, V>(K key) implements Predicate<Pair<K, V>>, Shareable {
        @Override
        public boolean test(Pair<K, V> pair) {
            return Objects.equals(key, pair.key());
        }
    }

    /** Whether a pair's key lies between two, both included. */
    public record InRange<K, V>(K lower, K upper, SerializableComparator<? super K> order)
            implements Predicate<Pair<K, V>>, Shareable {
        @Override
        public boolean test(Pair<K, V> pair) {
            return order.compare(lower, pair.key()) <= 0 && order.compare(pair.key(), upper) <= 0;
        }

        @Serial
        private Object writeReplace() {
            return new WrittenRange<>(new EmbeddedData(lower, upper), order);
        }
    }

    /** What is sent of a range, whose ends are keys. */
    private record WrittenRange<K>(EmbeddedData ends, SerializableComparator<? super K> order) implements Serializable {
        @Serial
        @SuppressWarnings("unchecked")
        private Object readResolve() {
            Object[] keys = ends.toArray();
            return new InRange<K, Object>((K) keys[0], (K) keys[1], order);
        }
    }

    /** One value for each key of a partition. */
    public record ReduceByKey<K, V>(Fn2<V, V, V> function) implements PartitionFn<Pair<K, V>, Map<K, V>>, Shareable {
        @Override
        public Map<K, V> apply(Iterator<Pair<K, V>> pairs, TaskContext task) {
            return of(pairs);
        }

        /** In the order in which keys came first. */
        public Map<K, V> of(Iterator<Pair<K, V>> pairs) {
            Map<K, V> reduced = new LinkedHashMap<>();
            while (pairs.hasNext()) {
                Pair<K, V> pair = pairs.next();
                if (reduced.containsKey(pair.key())) {
                    reduced.put(pair.key(), call(function, reduced.get(pair.key()), pair.value()));
                } else {
                    reduced.put(pair.key(), pair.value());
                }
            }
            return reduced;
        }
    }

    /** Which keys a join keeps. */
    public enum Join implements FlatFn<List<List<Object>>, Pair<?, ?>> {
        INNER {
            @Override
            public Iterable<Pair<?, ?>> apply(List<List<Object>> sides) {
                return product(sides.get(0), sides.get(1));
            }
        },
        LEFT {
            @Override
            public Iterable<Pair<?, ?>> apply(List<List<Object>> sides) {
                return product(sides.get(0), optional(sides.get(1)));
            }
        },
        RIGHT {
            @Override
            public Iterable<Pair<?, ?>> apply(List<List<Object>> sides) {
                return product(optional(sides.get(0)), sides.get(1));
            }
        },
        FULL {
            @Override
            public Iterable<Pair<?, ?>> apply(List<List<Object>> sides) {
                return product(optional(sides.get(0)), optional(sides.get(1)));
            }
        };

        /** The values of the side as optionals; a single empty one if it has none. */
        private static List<?> optional(List<Object> values) {
            return values.isEmpty() ? List.of(Optional.empty()) : values.stream().map(Optional::ofNullable).toList();
        }

        /** Each with each, made while they are taken. */
        private static Iterable<Pair<?, ?>> product(List<?> left, List<?> right) {
            return () ->
                    new Iterator<>() {
                        private int index;
                        private int other;

                        @Override
                        public boolean hasNext() {
                            return index < left.size() && other < right.size();
                        }

                        @Override
                        public Pair<?, ?> next() {
                            Pair<?, ?> pair = new Pair<>(left.get(index), right.get(other));
                            if (++other == right.size()) {
                                other = 0;
                                index++;
                            }
                            return pair;
                        }
                    };
        }
    }

    /** Calls a function that throws where only others are taken. */
    static <A, B, R> R call(Fn2<A, B, R> function, A first, B second) {
        try {
            return function.apply(first, second);
        } catch (Exception e) {
            throw Sneaky.rethrow(e);
        }
    }
}
