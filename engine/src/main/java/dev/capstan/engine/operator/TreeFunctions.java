package dev.capstan.engine.operator;

import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.kernel.serialization.Shareable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The steps of reducing by a tree: a value for each partition, then neighbours together, level by level. */
public final class TreeFunctions {
    private TreeFunctions() {}

    /** The one value of a partition, none if it is empty. */
    public record Reduced<T>(Fn2<T, T, T> function) implements Fn2<Integer, Iterator<T>, Iterator<T>>, Shareable {
        @Override
        public Iterator<T> apply(Integer partition, Iterator<T> elements) throws Exception {
            List<T> one = new ArrayList<>(1);
            if (elements.hasNext()) {
                T value = elements.next();
                while (elements.hasNext()) {
                    value = function.apply(value, elements.next());
                }
                one.add(value);
            }
            return one.iterator();
        }
    }

    public record Aggregated<T, A>(Zero<A> zero, Fn2<A, ? super T, ? extends A> add)
            implements Fn2<Integer, Iterator<T>, Iterator<A>>, Shareable {
        @Override
        public Iterator<A> apply(Integer partition, Iterator<T> elements) throws Exception {
            A value = zero.fresh();
            while (elements.hasNext()) {
                value = add.apply(value, elements.next());
            }
            List<A> one = new ArrayList<>(1);
            one.add(value);
            return one.iterator();
        }
    }

    /** The values of a partition under the number of the group that it belongs to. */
    public record InGroups<A>(int partitions, int groups)
            implements Fn2<Integer, Iterator<A>, Iterator<Pair<Integer, A>>>, Shareable {
        @Override
        public Iterator<Pair<Integer, A>> apply(Integer partition, Iterator<A> values) {
            int group = (int) ((long) partition * groups / partitions);
            List<Pair<Integer, A>> grouped = new ArrayList<>(1);
            values.forEachRemaining(value -> grouped.add(new Pair<>(group, value)));
            return grouped.iterator();
        }
    }
}
