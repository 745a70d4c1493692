package dev.capstan.driver;

import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.lineage.HashPartitioner;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.PartitionsMapped;
import dev.capstan.engine.operator.TreeFunctions;
import dev.capstan.engine.operator.Zero;
import dev.capstan.engine.pipeline.Same;

import java.util.Iterator;
import java.util.List;

/**
 * Reducing by a tree: the values of the partitions are merged on executors, level by level, until few are left for the
 * driver. Neighbours are merged with each other, so that an associative function is enough.
 */
final class Trees {
    private Trees() {}

    /** No value if there is no element, else one for each of the last partitions, to be merged in order. */
    static <T> List<T> reduced(Rdd<T> dataset, Fn2<T, T, T> function, int depth) {
        dataset.context().function(function, "treeReduce");
        return merged("treeReduce", dataset, new TreeFunctions.Reduced<>(function), function, depth);
    }

    static <T, A> List<A> aggregated(
            Rdd<T> dataset, Zero<A> zero, Fn2<A, ? super T, ? extends A> add, Fn2<A, A, ? extends A> merge, int depth) {
        dataset.context().function(add, "treeAggregate");
        dataset.context().function(merge, "treeAggregate");
        return merged("treeAggregate", dataset, new TreeFunctions.Aggregated<T, A>(zero, add), merge, depth);
    }

    private static <T, A> List<A> merged(
            String action,
            Rdd<T> dataset,
            Fn2<Integer, Iterator<T>, Iterator<A>> first,
            Fn2<A, A, ? extends A> merge,
            int depth) {
        if (depth < 1) {
            throw new IllegalArgumentException(action + ": the depth must be at least 1, not " + depth);
        }
        Rdd<A> values = mapped(action, dataset, first);
        int scale = Math.max(2, (int) Math.ceil(Math.pow(dataset.partitionCount(), 1.0 / depth)));
        for (int left = dataset.partitionCount(); left > scale + Math.ceilDiv(left, scale); ) {
            int groups = left / scale;
            values = level(action, values, left, groups, merge);
            left = groups;
        }
        return values.collected(action);
    }

    private static <A> Rdd<A> level(
            String action, Rdd<A> values, int partitions, int groups, Fn2<A, A, ? extends A> merge) {
        Rdd<Pair<Integer, A>> grouped = mapped(action, values, new TreeFunctions.InGroups<>(partitions, groups));
        return new PairRdd<>(values.context(), grouped.lineage())
                .<A>combined(action, Same.INSTANCE, merge, merge, false, new HashPartitioner(groups))
                .values();
    }

    private static <T, R> Rdd<R> mapped(
            String action, Rdd<T> dataset, Fn2<Integer, Iterator<T>, Iterator<R>> function) {
        Lineage<R> mapped = new PartitionsMapped<>(dataset.origin(action), dataset.lineage(), function, null);
        return new Rdd<>(dataset.context(), mapped);
    }
}
