package dev.capstan.driver;

import dev.capstan.engine.function.FlatFn;
import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.Predicate;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.engine.lineage.Aggregator;
import dev.capstan.engine.lineage.CoGrouped;
import dev.capstan.engine.lineage.CombinedInPlace;
import dev.capstan.engine.lineage.Dependency;
import dev.capstan.engine.lineage.FlatMapped;
import dev.capstan.engine.lineage.HashPartitioner;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.Mapped;
import dev.capstan.engine.lineage.NarrowDependency;
import dev.capstan.engine.lineage.Origin;
import dev.capstan.engine.lineage.Partitioner;
import dev.capstan.engine.lineage.RangePartitioner;
import dev.capstan.engine.lineage.ShuffleDependency;
import dev.capstan.engine.lineage.Shuffled;
import dev.capstan.engine.operator.Actions;
import dev.capstan.engine.operator.PairFunctions;
import dev.capstan.engine.operator.Zero;
import dev.capstan.engine.storage.StorageLevel;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A dataset of pairs, with what can be done by key. Keys may be null; they must have {@code equals} and {@code
 * hashCode} by content, so arrays and plain objects will not do.
 *
 * <p>Operators that bring equal keys together shuffle the data into as many partitions as the dataset has, unless told
 * otherwise; a dataset that is partitioned that way already is not shuffled again.
 */
public final class PairRdd<K, V> extends Rdd<Pair<K, V>> {
    /** Enough keys of each wanted partition for bounds that are within a few percent. */
    private static final int SAMPLES_PER_PARTITION = 60;

    private static final int MOST_SAMPLES = 1_000_000;

    PairRdd(CapstanContext context, Lineage<Pair<K, V>> lineage) {
        super(context, lineage);
    }

    // ---- pair by pair

    /** Each value through the function; keys stay, and so does what is known of where they lie. */
    public <W> PairRdd<K, W> mapValues(Fn<? super V, ? extends W> function) {
        context().function(function, "mapValues");
        return mapped("mapValues", function);
    }

    private <W> PairRdd<K, W> mapped(String operator, Fn<? super V, ? extends W> function) {
        return new PairRdd<>(
                context(),
                new Mapped<Pair<K, V>, Pair<K, W>>(
                        origin(operator),
                        lineage(),
                        new PairFunctions.MapValue<K, V, W>(function),
                        partitioner().orElse(null)));
    }

    /** All values that the function makes of each, under the same key. */
    public <W> PairRdd<K, W> flatMapValues(FlatFn<? super V, ? extends W> function) {
        context().function(function, "flatMapValues");
        return flatMapped("flatMapValues", function);
    }

    private <W> PairRdd<K, W> flatMapped(String operator, FlatFn<? super V, ? extends W> function) {
        return new PairRdd<>(
                context(),
                new FlatMapped<Pair<K, V>, Pair<K, W>>(
                        origin(operator),
                        lineage(),
                        new PairFunctions.FlatMapValue<K, V, W>(function),
                        partitioner().orElse(null)));
    }

    public Rdd<K> keys() {
        return new Rdd<>(context(), new Mapped<Pair<K, V>, K>(origin("keys"), lineage(), PairFunctions.key(), null));
    }

    public Rdd<V> values() {
        return new Rdd<>(
                context(), new Mapped<Pair<K, V>, V>(origin("values"), lineage(), PairFunctions.value(), null));
    }

    // ---- by key

    /**
     * One value for each key: {@code counts.reduceByKey(Integer::sum)}. The function must be associative and must not
     * change its arguments; {@link #aggregateByKey} is for functions that do.
     */
    public PairRdd<K, V> reduceByKey(Fn2<V, V, V> function) {
        return reduceByKey(function, defaultPartitions());
    }

    /** One value for each key, in so many partitions. */
    public PairRdd<K, V> reduceByKey(Fn2<V, V, V> function, int partitions) {
        context().function(function, "reduceByKey");
        Checks.partitions(partitions, "reduceByKey");
        return combined("reduceByKey", PairRdd.<V>same(), function, function, true, new HashPartitioner(partitions));
    }

    /** All values of each key in a list, in no order. All values of one key must fit in memory. */
    public PairRdd<K, List<V>> groupByKey() {
        return groupByKey(defaultPartitions());
    }

    /** All values of each key in a list, in so many partitions. */
    @SuppressWarnings("unchecked")
    public PairRdd<K, List<V>> groupByKey(int partitions) {
        Checks.partitions(partitions, "groupByKey");
        return combined(
                "groupByKey",
                (Fn<V, List<V>>) (Fn<?, ?>) PairFunctions.Grouping.Create.INSTANCE,
                (Fn2<List<V>, V, List<V>>) (Fn2<?, ?, ?>) PairFunctions.Grouping.Add.INSTANCE,
                (Fn2<List<V>, List<V>, List<V>>) (Fn2<?, ?, ?>) PairFunctions.Grouping.Merge.INSTANCE,
                false,
                new HashPartitioner(partitions));
    }

    /** One value of another kind for each key: made of the first value, others added, parts merged. */
    public <C> PairRdd<K, C> combineByKey(
            Fn<? super V, ? extends C> create, Fn2<C, ? super V, ? extends C> add, Fn2<C, C, ? extends C> merge) {
        return combineByKey(create, add, merge, defaultPartitions());
    }

    /** The same, in so many partitions. */
    public <C> PairRdd<K, C> combineByKey(
            Fn<? super V, ? extends C> create,
            Fn2<C, ? super V, ? extends C> add,
            Fn2<C, C, ? extends C> merge,
            int partitions) {
        Checks.partitions(partitions, "combineByKey");
        context().function(create, "combineByKey");
        context().function(add, "combineByKey");
        context().function(merge, "combineByKey");
        return combined("combineByKey", create, add, merge, true, new HashPartitioner(partitions));
    }

    /** Adds the values of each key to a zero of its own. */
    public <A> PairRdd<K, A> aggregateByKey(A zero, Fn2<A, ? super V, ? extends A> add, Fn2<A, A, ? extends A> merge) {
        return aggregateByKey(zero, add, merge, defaultPartitions());
    }

    /** The same, in so many partitions. */
    public <A> PairRdd<K, A> aggregateByKey(
            A zero, Fn2<A, ? super V, ? extends A> add, Fn2<A, A, ? extends A> merge, int partitions) {
        return aggregated("aggregateByKey", zero, add, merge, partitions);
    }

    /** Adds the values of each key to a zero of its own. */
    public PairRdd<K, V> foldByKey(V zero, Fn2<V, V, V> function) {
        return foldByKey(zero, function, defaultPartitions());
    }

    /** The same, in so many partitions. */
    public PairRdd<K, V> foldByKey(V zero, Fn2<V, V, V> function, int partitions) {
        return aggregated("foldByKey", zero, function, function, partitions);
    }

    private <A> PairRdd<K, A> aggregated(
            String operator, A zero, Fn2<A, ? super V, ? extends A> add, Fn2<A, A, ? extends A> merge, int partitions) {
        Checks.partitions(partitions, operator);
        context().function(add, operator);
        context().function(merge, operator);
        return combined(
                operator,
                new PairFunctions.FromZero<V, A>(Zero.of(zero), add),
                add,
                merge,
                true,
                new HashPartitioner(partitions));
    }

    @SuppressWarnings("unchecked")
    private static <E> Fn<E, E> same() {
        return (Fn<E, E>) (Fn<?, ?>) PairFunctions.Same.INSTANCE;
    }

    /** What all operators by key are made of. In place if equal keys lie together already. */
    @SuppressWarnings("unchecked")
    <C> PairRdd<K, C> combined(
            String operator,
            Fn<?, ?> create,
            Fn2<?, ?, ?> add,
            Fn2<?, ?, ?> merge,
            boolean onMapSide,
            Partitioner partitioner) {
        Aggregator<K, V, C> aggregator =
                new Aggregator<>(
                        (Fn<? super V, ? extends C>) create,
                        (Fn2<C, ? super V, ? extends C>) add,
                        (Fn2<C, C, ? extends C>) merge,
                        onMapSide);
        Origin origin = origin(operator);
        if (partitioner.equals(partitioner().orElse(null))) {
            return new PairRdd<>(context(), new CombinedInPlace<>(origin, lineage(), aggregator));
        }
        return new PairRdd<>(context(), shuffled(origin, partitioner, aggregator, null));
    }

    private <C> Lineage<Pair<K, C>> shuffled(
            Origin origin,
            Partitioner partitioner,
            @Nullable Aggregator<K, V, C> aggregator,
            @Nullable SerializableComparator<? super K> order) {
        return new Shuffled<>(
                origin,
                new ShuffleDependency<>(
                        lineage(), context().newShuffle(), reader(origin), partitioner, aggregator, order));
    }

    /** Puts each pair where the partitioner says. */
    public PairRdd<K, V> partitionBy(Partitioner partitioner) {
        Checks.given(partitioner, "partitionBy", "a partitioner");
        Checks.partitions(partitioner.partitions(), "partitionBy");
        context().function(partitioner, "partitionBy");
        if (partitioner.equals(partitioner().orElse(null))) {
            return this;
        }
        return new PairRdd<>(context(), this.<V>shuffled(origin("partitionBy"), partitioner, null, null));
    }

    /** All pairs in the order of their keys, nulls first: partitions one after another, and each within itself. */
    public PairRdd<K, V> sortByKey() {
        return sortByKey(true);
    }

    /** All pairs in the order of their keys or the reverse. */
    public PairRdd<K, V> sortByKey(boolean ascending) {
        return sortByKey(ascending, defaultPartitions());
    }

    /** All pairs in the order of their keys or the reverse, in at most so many partitions. */
    public PairRdd<K, V> sortByKey(boolean ascending, int partitions) {
        SerializableComparator<K> natural = SerializableComparator.natural();
        return sortByKey(ascending ? natural : natural.reversed(), partitions);
    }

    /**
     * All pairs in an order of keys, in at most so many partitions: fewer if there are fewer different keys. Runs a job
     * that samples the keys, unless one partition is asked for.
     */
    public PairRdd<K, V> sortByKey(SerializableComparator<? super K> order, int partitions) {
        context().function(order, "sortByKey");
        Checks.partitions(partitions, "sortByKey");
        RangePartitioner<K> partitioner =
                RangePartitioner.ofSample(partitions == 1 ? List.of() : sample(partitions), partitions, order);
        return new PairRdd<>(context(), this.<V>shuffled(origin("sortByKey"), partitioner, null, order));
    }

    private List<Pair<K, Double>> sample(int partitions) {
        if (partitionCount() == 0) {
            return List.of();
        }
        long wanted = Math.min(MOST_SAMPLES, (long) partitions * SAMPLES_PER_PARTITION);
        int perPartition = (int) Math.max(1, Math.ceilDiv(wanted, partitionCount()));
        List<Pair<Long, List<K>>> samples =
                context().run("sortByKey (sample)", lineage(), new Actions.Sample<K>(perPartition, id().number()));
        List<Pair<K, Double>> weighted = new ArrayList<>();
        for (Pair<Long, List<K>> sample : samples) {
            for (K key : sample.value()) {
                weighted.add(new Pair<>(key, sample.key() / (double) sample.value().size()));
            }
        }
        return weighted;
    }

    // ---- with others

    /** For each key that any has: all its values here and there. */
    public <W> PairRdd<K, Pair<List<V>, List<W>>> cogroup(PairRdd<K, W> other) {
        return cogroup(other, joinPartitions(other));
    }

    /** The same, in so many partitions. */
    @SuppressWarnings("unchecked")
    public <W> PairRdd<K, Pair<List<V>, List<W>>> cogroup(PairRdd<K, W> other, int partitions) {
        return grouped("cogroup", other, partitions)
                .mapped(
                        "cogroup",
                        (Fn<List<List<Object>>, Pair<List<V>, List<W>>>) (Fn<?, ?>) PairFunctions.TwoLists.INSTANCE);
    }

    /** Each value here with each value there of the same key. */
    public <W> PairRdd<K, Pair<V, W>> join(PairRdd<K, W> other) {
        return join(other, joinPartitions(other));
    }

    /** The same, in so many partitions. */
    public <W> PairRdd<K, Pair<V, W>> join(PairRdd<K, W> other, int partitions) {
        return joined("join", other, partitions, PairFunctions.Join.INNER);
    }

    /** Like join, and values here whose key is not there, with an empty Optional. */
    public <W> PairRdd<K, Pair<V, Optional<W>>> leftOuterJoin(PairRdd<K, W> other) {
        return leftOuterJoin(other, joinPartitions(other));
    }

    /** The same, in so many partitions. */
    public <W> PairRdd<K, Pair<V, Optional<W>>> leftOuterJoin(PairRdd<K, W> other, int partitions) {
        return joined("leftOuterJoin", other, partitions, PairFunctions.Join.LEFT);
    }

    /** Like join, and values there whose key is not here, with an empty Optional. */
    public <W> PairRdd<K, Pair<Optional<V>, W>> rightOuterJoin(PairRdd<K, W> other) {
        return rightOuterJoin(other, joinPartitions(other));
    }

    /** The same, in so many partitions. */
    public <W> PairRdd<K, Pair<Optional<V>, W>> rightOuterJoin(PairRdd<K, W> other, int partitions) {
        return joined("rightOuterJoin", other, partitions, PairFunctions.Join.RIGHT);
    }

    /** Like join, and values of keys that only one side has. A null value and a missing one look the same. */
    public <W> PairRdd<K, Pair<Optional<V>, Optional<W>>> fullOuterJoin(PairRdd<K, W> other) {
        return fullOuterJoin(other, joinPartitions(other));
    }

    /** The same, in so many partitions. */
    public <W> PairRdd<K, Pair<Optional<V>, Optional<W>>> fullOuterJoin(PairRdd<K, W> other, int partitions) {
        return joined("fullOuterJoin", other, partitions, PairFunctions.Join.FULL);
    }

    @SuppressWarnings("unchecked")
    private <P> PairRdd<K, P> joined(String operator, PairRdd<K, ?> other, int partitions, PairFunctions.Join kind) {
        return grouped(operator, other, partitions)
                .flatMapped(operator, (FlatFn<List<List<Object>>, P>) (FlatFn<?, ?>) kind);
    }

    private PairRdd<K, List<List<Object>>> grouped(String operator, PairRdd<K, ?> other, int partitions) {
        Checks.sameContext(context(), other, operator);
        Checks.partitions(partitions, operator);
        Partitioner partitioner = partitionerFor(other, partitions);
        Origin origin = origin(operator);
        List<Dependency<?>> parents = List.of(this.side(origin, partitioner), other.side(origin, partitioner));
        return new PairRdd<>(context(), new CoGrouped<>(origin, parents, partitioner));
    }

    /** One that a side has already saves shuffling that side. */
    private Partitioner partitionerFor(PairRdd<K, ?> other, int partitions) {
        return Stream.of(partitioner(), other.partitioner())
                .flatMap(Optional::stream)
                .filter(partitioner -> partitioner.partitions() == partitions)
                .findFirst()
                .orElseGet(() -> new HashPartitioner(partitions));
    }

    private Dependency<?> side(Origin origin, Partitioner partitioner) {
        if (partitioner.equals(partitioner().orElse(null))) {
            return new NarrowDependency.OneToOne<>(lineage());
        }
        return new ShuffleDependency<K, V, V>(
                lineage(), context().newShuffle(), reader(origin), partitioner, null, null);
    }

    private int joinPartitions(@Nullable PairRdd<K, ?> other) {
        Checks.sameContext(context(), other, "a join");
        return Math.max(defaultPartitions(), other.defaultPartitions());
    }

    // ---- actions

    /** All pairs as a map, in the order in which they came; of pairs with equal keys the last one counts. */
    public Map<K, V> collectAsMap() {
        Map<K, V> map = new LinkedHashMap<>();
        for (Pair<K, V> pair : collect()) {
            map.put(pair.key(), pair.value());
        }
        return map;
    }

    /** How many pairs each key has. */
    @SuppressWarnings("unchecked")
    public Map<K, Long> countByKey() {
        Map<K, Long> counts = new LinkedHashMap<>();
        List<Map<Object, Long>> parts =
                context()
                        .run(
                                "countByKey",
                                (Lineage<Pair<Object, Object>>) (Lineage<?>) lineage(),
                                Actions.CountByKey.INSTANCE);
        parts.forEach(part -> part.forEach((key, count) -> counts.merge((K) key, count, Long::sum)));
        return counts;
    }

    // ---- the same operators with a narrower type

    @Override
    public PairRdd<K, V> filter(Predicate<? super Pair<K, V>> accepts) {
        return new PairRdd<>(context(), filtered(accepts));
    }

    @Override
    public PairRdd<K, V> union(Rdd<Pair<K, V>> other) {
        return new PairRdd<>(context(), united(other));
    }

    @Override
    public PairRdd<K, V> coalesce(int partitions) {
        return new PairRdd<>(context(), coalesced(partitions));
    }

    @Override
    public PairRdd<K, V> coalesce(int partitions, boolean shuffle) {
        return shuffle ? repartition(partitions) : coalesce(partitions);
    }

    @Override
    public PairRdd<K, V> repartition(int partitions) {
        return new PairRdd<>(context(), repartitioned(partitions));
    }

    @Override
    public PairRdd<K, V> distinct() {
        return distinct(defaultPartitions());
    }

    @Override
    public PairRdd<K, V> distinct(int partitions) {
        return new PairRdd<>(context(), distinctElements(partitions));
    }

    @Override
    public PairRdd<K, V> cache() {
        super.cache();
        return this;
    }

    @Override
    public PairRdd<K, V> persist(StorageLevel level) {
        super.persist(level);
        return this;
    }

    @Override
    public PairRdd<K, V> unpersist() {
        super.unpersist();
        return this;
    }

    @Override
    public PairRdd<K, V> name(String name) {
        super.name(name);
        return this;
    }
}
