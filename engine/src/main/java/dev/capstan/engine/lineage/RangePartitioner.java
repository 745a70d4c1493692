package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * By order: keys up to the first bound go to the first partition, and so on.
 *
 * <p>Equal to another if bounds and order are equal; two lambdas never are, so that a user's order makes a partitioner
 * equal only to itself (and to copies made by serialization of a natural order).
 */
public final class RangePartitioner<K> implements Partitioner, Shareable {
    private static final long serialVersionUID = 1L;

    /** Keys of the data; whether they can travel was seen when they were sampled. */
    @SuppressWarnings("serial")
    private final Object[] bounds;

    private final SerializableComparator<? super K> order;

    private RangePartitioner(Object[] bounds, SerializableComparator<? super K> order) {
        this.bounds = bounds;
        this.order = order;
    }

    /**
     * Cuts a sample into partitions of nearly equal weight; fewer if the sample has fewer different keys.
     *
     * @param sample keys in any order, each with the number of keys that it stands for
     */
    public static <K> RangePartitioner<K> ofSample(
            List<Pair<K, Double>> sample, int partitions, SerializableComparator<? super K> order) {
        Objects.requireNonNull(order, "order");
        if (partitions < 1) {
            throw new IllegalArgumentException("a partitioner needs at least 1 partition, not " + partitions);
        }
        List<Pair<K, Double>> sorted = new ArrayList<>(sample);
        sorted.sort((left, right) -> order.compare(left.key(), right.key()));
        double total = sorted.stream().mapToDouble(Pair::value).sum();
        double step = total / partitions;
        double target = step;
        double passed = 0;
        List<Object> bounds = new ArrayList<>();
        for (Pair<K, Double> candidate : sorted) {
            passed += candidate.value();
            if (passed >= target && bounds.size() < partitions - 1 && isNew(bounds, candidate.key(), order)) {
                bounds.add(candidate.key());
                target += step;
            }
        }
        return new RangePartitioner<>(bounds.toArray(), order);
    }

    @SuppressWarnings("unchecked")
    private static <K> boolean isNew(List<Object> bounds, K key, SerializableComparator<? super K> order) {
        return bounds.isEmpty() || order.compare((K) bounds.getLast(), key) < 0;
    }

    /** The order of its keys. */
    public SerializableComparator<? super K> order() {
        return order;
    }

    @Override
    public int partitions() {
        return bounds.length + 1;
    }

    @Override
    @SuppressWarnings("unchecked")
    public int partitionOf(@Nullable Object key) {
        int low = 0;
        int high = bounds.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (order.compare((K) key, (K) bounds[middle]) > 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RangePartitioner<?> that
                && order.equals(that.order)
                && Arrays.equals(bounds, that.bounds);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(bounds) + order.hashCode();
    }

    @Override
    public String toString() {
        return "RangePartitioner[" + partitions() + " partitions]";
    }
}
