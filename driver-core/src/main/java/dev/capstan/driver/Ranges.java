package dev.capstan.driver;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.engine.lineage.ChosenPartitions;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.RangePartitioner;

/** Which partitions of a dataset can hold a key, if that is known. */
final class Ranges {
    private Ranges() {}

    /** The partition of the key; all if nothing is known. */
    static <K, V> Lineage<Pair<K, V>> chosen(PairRdd<K, V> pairs, K key) {
        return pairs.partitioner()
                .map(partitioner -> partitioner.partitionOf(key))
                .map(partition -> between(pairs, partition, partition))
                .orElse(pairs.lineage());
    }

    /** The partitions of the keys from lower to upper by this order; all if they lie in no order or another one. */
    static <K, V> Lineage<Pair<K, V>> chosen(
            PairRdd<K, V> pairs, K lower, K upper, SerializableComparator<? super K> order) {
        if (pairs.partitioner().orElse(null) instanceof RangePartitioner<?> ranges) {
            if (ranges.order().equals(order)) {
                return between(pairs, ranges.partitionOf(lower), ranges.partitionOf(upper));
            }
            if (ranges.order().equals(order.reversed())) {
                return between(pairs, ranges.partitionOf(upper), ranges.partitionOf(lower));
            }
        }
        return pairs.lineage();
    }

    /** None if the last lies before the first. */
    private static <K, V> Lineage<Pair<K, V>> between(PairRdd<K, V> pairs, int first, int last) {
        return new ChosenPartitions<>(pairs.origin("partitions"), pairs.lineage(), first, Math.max(first, last + 1));
    }
}
