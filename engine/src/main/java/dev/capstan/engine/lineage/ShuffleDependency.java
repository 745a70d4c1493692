package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.engine.id.ShuffleId;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.Optional;

/**
 * Each partition uses records of all partitions of the parent, which are sent there by key: a new stage begins.
 *
 * <p>The parent is known in the driver only. An executor never sees beyond the shuffles that a stage reads.
 *
 * @param <K> keys
 * @param <V> values of the parent
 * @param <C> values after the shuffle
 */
public final class ShuffleDependency<K, V, C> implements Dependency<Pair<K, V>> {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Lineage<Pair<K, V>> parent;
    private final ShuffleId shuffle;
    private final Partitioner partitioner;
    private final @Nullable Aggregator<K, V, C> aggregator;
    private final @Nullable SerializableComparator<? super K> order;
    private final String reader;
    private final Slices slices;

    /**
     * @param reader the operator that reads it, with its call site, for error messages
     * @param aggregator how values of equal keys become one; null if they stay apart
     * @param order of keys within a partition; null for none
     */
    public ShuffleDependency(
            Lineage<Pair<K, V>> parent,
            ShuffleId shuffle,
            String reader,
            Partitioner partitioner,
            @Nullable Aggregator<K, V, C> aggregator,
            @Nullable SerializableComparator<? super K> order) {
        this(parent, shuffle, reader, partitioner, aggregator, order, slicesFor(partitioner, aggregator, order));
    }

    /** One whose reader groups by key together with others, as in a join. */
    public static <K, V> ShuffleDependency<K, V, V> grouped(
            Lineage<Pair<K, V>> parent, ShuffleId shuffle, String reader, Partitioner partitioner) {
        return new ShuffleDependency<>(
                parent, shuffle, reader, partitioner, null, null, HashSlices.of(partitioner.partitions()));
    }

    private static Slices slicesFor(
            Partitioner partitioner,
            @Nullable Aggregator<?, ?, ?> aggregator,
            @Nullable SerializableComparator<?> order) {
        if (order != null) {
            return partitioner instanceof RangePartitioner<?> ranges && ranges.order().equals(order)
                    ? new RangeSlices(RangeSlices.each(partitioner.partitions()))
                    : new WholePartitions();
        }
        return aggregator == null ? new WholePartitions() : HashSlices.of(partitioner.partitions());
    }

    private ShuffleDependency(
            Lineage<Pair<K, V>> parent,
            ShuffleId shuffle,
            String reader,
            Partitioner partitioner,
            @Nullable Aggregator<K, V, C> aggregator,
            @Nullable SerializableComparator<? super K> order,
            Slices slices) {
        this.slices = slices;
        this.parent = Objects.requireNonNull(parent, "parent");
        this.shuffle = Objects.requireNonNull(shuffle, "shuffle");
        this.reader = Objects.requireNonNull(reader, "reader");
        this.partitioner = Objects.requireNonNull(partitioner, "partitioner");
        this.aggregator = aggregator;
        this.order = order;
    }

    @Override
    public Lineage<Pair<K, V>> parent() {
        if (parent == null) {
            throw new IllegalStateException(shuffle + ": the map side of a shuffle is not known on executors");
        }
        return parent;
    }

    public ShuffleId shuffle() {
        return shuffle;
    }

    /** Who reads it: {@code reduceByKey at WordCount.java:23}. */
    public String reader() {
        return reader;
    }

    public Partitioner partitioner() {
        return partitioner;
    }

    /** How finely its map outputs are cut. */
    public Slices slices() {
        return slices;
    }

    public Optional<Aggregator<K, V, C>> aggregator() {
        return Optional.ofNullable(aggregator);
    }

    public boolean combinesOnMapSide() {
        return aggregator != null && aggregator.onMapSide();
    }

    public Optional<SerializableComparator<? super K>> order() {
        return Optional.ofNullable(order);
    }

    @Override
    public String toString() {
        return shuffle + " of " + reader;
    }
}
