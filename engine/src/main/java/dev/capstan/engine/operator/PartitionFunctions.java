package dev.capstan.engine.operator;

import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.kernel.serialization.Shareable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** What operators do with whole partitions. */
public final class PartitionFunctions {
    private PartitionFunctions() {}

    /** A function that does not ask for the partition's number. */
    public record IgnoreIndex<T, R>(Fn<Iterator<T>, Iterator<R>> function)
            implements Fn2<Integer, Iterator<T>, Iterator<R>>, Shareable {
        @Override
        public Iterator<R> apply(Integer partition, Iterator<T> elements) throws Exception {
            return function.apply(elements);
        }
    }

    /** The whole partition as one element. */
    public enum Glom implements Fn2<Integer, Iterator<Object>, Iterator<List<Object>>> {
        INSTANCE;

        @Override
        public Iterator<List<Object>> apply(Integer partition, Iterator<Object> elements) {
            List<Object> all = new ArrayList<>();
            elements.forEachRemaining(all::add);
            return List.of(all).iterator();
        }
    }

    /** Deals the elements out to the new partitions in turn; each partition begins with another one. */
    public record DealOut<T>(int partitions)
            implements Fn2<Integer, Iterator<T>, Iterator<Pair<Integer, T>>>, Shareable {
        @Override
        public Iterator<Pair<Integer, T>> apply(Integer partition, Iterator<T> elements) {
            return new Iterator<>() {
                private int next = Math.floorMod(partition * 0x9E3779B9, partitions);

                @Override
                public boolean hasNext() {
                    return elements.hasNext();
                }

                @Override
                public Pair<Integer, T> next() {
                    int to = next;
                    next = next + 1 == partitions ? 0 : next + 1;
                    return new Pair<>(to, elements.next());
                }
            };
        }
    }

    /** Numbers the elements: the first of a partition, and how far it is from one to the next. */
    public record Numbered<T>(List<Long> firsts, long step)
            implements Fn2<Integer, Iterator<T>, Iterator<Pair<T, Long>>>, Shareable {
        @Override
        public Iterator<Pair<T, Long>> apply(Integer partition, Iterator<T> elements) {
            long first = firsts.isEmpty() ? partition : firsts.get(partition);
            return new Iterator<>() {
                private long next = first;

                @Override
                public boolean hasNext() {
                    return elements.hasNext();
                }

                @Override
                public Pair<T, Long> next() {
                    Pair<T, Long> pair = new Pair<>(elements.next(), next);
                    next += step;
                    return pair;
                }
            };
        }
    }
}
