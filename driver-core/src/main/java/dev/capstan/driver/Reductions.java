package dev.capstan.driver;

import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.engine.operator.Actions;
import dev.capstan.engine.operator.OrderFunctions;
import dev.capstan.engine.operator.Zero;
import dev.capstan.engine.task.Sneaky;

import java.util.List;
import java.util.NoSuchElementException;

/** Actions that make one value of all elements: tasks reduce partitions, and the driver merges what they bring. */
final class Reductions {
    private Reductions() {}

    static <T> T reduced(Rdd<T> dataset, Fn2<T, T, T> function) {
        dataset.context().function(function, "reduce");
        return merged(dataset, parts("reduce", dataset, function), function, "cannot be reduced; use fold with a zero");
    }

    static <T> T treeReduced(Rdd<T> dataset, Fn2<T, T, T> function, int depth) {
        List<T> parts = Trees.reduced(dataset, function, depth);
        return merged(dataset, parts, function, "cannot be reduced; use treeAggregate with a zero");
    }

    /** The first element by the order. */
    static <T> T extreme(Rdd<T> dataset, String action, SerializableComparator<? super T> order) {
        var lesser = new OrderFunctions.Lesser<T>(order);
        return merged(dataset, parts(action, dataset, lesser), lesser, "has no " + action);
    }

    static <T, A> A aggregated(
            String action, Rdd<T> dataset, A zero, Fn2<A, ? super T, ? extends A> add, Fn2<A, A, ? extends A> merge) {
        dataset.context().function(add, action);
        Checks.given(merge, action, "a function");
        Zero<A> zeros = Zero.of(zero);
        var aggregate = new Actions.Aggregate<T, A>(zeros, add);
        return merged(zeros.fresh(), dataset.context().jobs().<T, A>run(action, dataset.lineage(), aggregate), merge);
    }

    static <T, A> A treeAggregated(
            Rdd<T> dataset, A zero, Fn2<A, ? super T, ? extends A> add, Fn2<A, A, ? extends A> merge, int depth) {
        Zero<A> zeros = Zero.of(zero);
        return merged(zeros.fresh(), Trees.<T, A>aggregated(dataset, zeros, add, merge, depth), merge);
    }

    /** Of each partition that has elements. */
    private static <T> List<T> parts(String action, Rdd<T> dataset, Fn2<T, T, T> function) {
        return Rdd.flatten(dataset.context().jobs().run(action, dataset.lineage(), new Actions.Reduce<>(function)));
    }

    private static <T> T merged(Rdd<T> dataset, List<T> parts, Fn2<T, T, T> function, String whatIfEmpty) {
        if (parts.isEmpty()) {
            throw new NoSuchElementException(dataset.describe() + " is empty and " + whatIfEmpty);
        }
        return merged(parts.getFirst(), parts.subList(1, parts.size()), function);
    }

    private static <A> A merged(A first, List<A> others, Fn2<A, A, ? extends A> function) {
        A result = first;
        for (A other : others) {
            try {
                result = function.apply(result, other);
            } catch (Exception e) {
                throw Sneaky.rethrow(e);
            }
        }
        return result;
    }
}
