package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.engine.function.Sorting;
import dev.capstan.kernel.serialization.EmbeddedData;
import dev.capstan.kernel.serialization.SeekableReader.PrefixKind;
import dev.capstan.kernel.serialization.Shareable;
import dev.capstan.kernel.serialization.SortPrefix;

import org.jspecify.annotations.Nullable;

import java.io.Serial;
import java.io.Serializable;
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

    /** Keys of the data, which travel as data. */
    private final transient Object[] bounds;

    /** All bounds, and keys in between that cut partitions further. */
    private final transient Object[] cuts;

    /** Of the ranges that the cuts make: each one's partition. */
    private final int[] partitions;

    /** And which it is of those of the same partition. */
    private final int[] places;

    private final SerializableComparator<? super K> order;

    /** Of the cuts, as signed numbers; made when it is first needed, and then always the same. */
    private transient volatile long @Nullable [] prefixes;

    private RangePartitioner(
            Object[] bounds, Object[] cuts, int[] partitions, SerializableComparator<? super K> order) {
        this.bounds = bounds;
        this.cuts = cuts;
        this.partitions = partitions;
        this.places = new int[partitions.length];
        for (int range = 1; range < partitions.length; range++) {
            places[range] = partitions[range] == partitions[range - 1] ? places[range - 1] + 1 : 0;
        }
        this.order = order;
    }

    /**
     * Cuts a sample into partitions of nearly equal weight; fewer if the sample has fewer different keys.
     *
     * @param sample keys in any order, each with the number of keys that it stands for
     * @param operator that cuts, for messages
     */
    public static <K> RangePartitioner<K> ofSample(
            List<Pair<K, Double>> sample, int partitions, SerializableComparator<? super K> order, String operator) {
        Objects.requireNonNull(order, "order");
        if (partitions < 1) {
            throw new IllegalArgumentException("a partitioner needs at least 1 partition, not " + partitions);
        }
        List<Pair<K, Double>> sorted = new ArrayList<>(sample);
        Sorting.sort(sorted, (left, right) -> order.compare(left.key(), right.key()), operator);
        List<Object> bounds = cut(sorted, partitions, order);
        return withCuts(bounds, sorted, RangeSlices.each(partitions), order);
    }

    /** Keys that part a sorted sample into runs of nearly equal weight. */
    private static <K> List<Object> cut(
            List<Pair<K, Double>> sorted, int runs, SerializableComparator<? super K> order) {
        double total = sorted.stream().mapToDouble(Pair::value).sum();
        double step = total / runs;
        double target = step;
        double passed = 0;
        List<Object> bounds = new ArrayList<>();
        for (Pair<K, Double> candidate : sorted) {
            passed += candidate.value();
            if (passed >= target && bounds.size() < runs - 1 && isNew(bounds, candidate.key(), order)) {
                bounds.add(candidate.key());
                target += step;
            }
        }
        return bounds;
    }

    @SuppressWarnings("unchecked")
    private static <K> RangePartitioner<K> withCuts(
            List<Object> bounds, List<Pair<K, Double>> sorted, int slices, SerializableComparator<? super K> order) {
        List<Object> cuts = new ArrayList<>();
        List<Integer> partitions = new ArrayList<>();
        int from = 0;
        for (int partition = 0; partition <= bounds.size(); partition++) {
            int to = from;
            while (to < sorted.size()
                    && (partition == bounds.size()
                            || order.compare(sorted.get(to).key(), (K) bounds.get(partition)) <= 0)) {
                to++;
            }
            List<Object> within = cut(sorted.subList(from, to), slices, order);
            if (partition < bounds.size()
                    && !within.isEmpty()
                    && order.compare((K) within.getLast(), (K) bounds.get(partition)) >= 0) {
                within.removeLast();
            }
            cuts.addAll(within);
            if (partition < bounds.size()) {
                cuts.add(bounds.get(partition));
            }
            for (int range = 0; range <= within.size(); range++) {
                partitions.add(partition);
            }
            from = to;
        }
        return new RangePartitioner<>(
                bounds.toArray(), cuts.toArray(), partitions.stream().mapToInt(Integer::intValue).toArray(), order);
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
    public int partitionOf(@Nullable Object key) {
        return partitions[rangeOf(key)];
    }

    /** The slice of a key, if each partition has so many. */
    int sliceOf(@Nullable Object key, int perPartition) {
        int range = rangeOf(key);
        return partitions[range] * perPartition + places[range];
    }

    /** Behind how many cuts the key lies. */
    @SuppressWarnings("unchecked")
    private int rangeOf(@Nullable Object key) {
        int low = 0;
        int high = cuts.length;
        if (high > 0 && key != null && cuts[0] != null && key.getClass() == cuts[0].getClass()) {
            long[] known = prefixes();
            if (known.length == high) {
                long prefix = prefix(key);
                low = firstNotBelow(known, prefix);
                high = low;
                while (high < known.length && known[high] == prefix) {
                    high++;
                }
            }
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (order.compare((K) key, (K) cuts[middle]) > 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static int firstNotBelow(long[] numbers, long number) {
        int low = 0;
        int high = numbers.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (numbers[middle] < number) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Those of all cuts; none if the order is not that of the prefixes. */
    private long[] prefixes() {
        long[] known = prefixes;
        if (known == null) {
            Class<?> type = cuts[0].getClass();
            boolean ordered =
                    order.naturalSign() != 0
                            && SortPrefix.kindOf(cuts[0]) != PrefixKind.NONE
                            && Arrays.stream(cuts).allMatch(cut -> cut != null && cut.getClass() == type);
            known = ordered ? Arrays.stream(cuts).mapToLong(this::prefix).toArray() : new long[0];
            prefixes = known;
        }
        return known;
    }

    private long prefix(Object key) {
        long signed = SortPrefix.of(key) ^ Long.MIN_VALUE;
        return order.naturalSign() < 0 ? ~signed : signed;
    }

    @Serial
    private Object writeReplace() {
        return new Written<>(new EmbeddedData(bounds), new EmbeddedData(cuts), partitions, order);
    }

    /** What is sent of it. */
    private record Written<K>(
            EmbeddedData bounds, EmbeddedData cuts, int[] partitions, SerializableComparator<? super K> order)
            implements Serializable {
        @Serial
        private Object readResolve() {
            return new RangePartitioner<>(bounds.toArray(), cuts.toArray(), partitions, order);
        }
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
