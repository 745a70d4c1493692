package dev.capstan.driver;

import dev.capstan.engine.function.FlatFn;
import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.Predicate;
import dev.capstan.engine.function.Quadruple;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.engine.function.Triple;
import dev.capstan.engine.lineage.Aggregator;
import dev.capstan.engine.lineage.CombinedInPlace;
import dev.capstan.engine.lineage.Filtered;
import dev.capstan.engine.lineage.FlatMapped;
import dev.capstan.engine.lineage.HashPartitioner;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.Mapped;
import dev.capstan.engine.lineage.Origin;
import dev.capstan.engine.lineage.Partitioner;
import dev.capstan.engine.lineage.RangePartitioner;
import dev.capstan.engine.lineage.ShuffleDependency;
import dev.capstan.engine.lineage.Shuffled;
import dev.capstan.engine.operator.Actions;
import dev.capstan.engine.operator.ApproximateFunctions;
import dev.capstan.engine.operator.HyperLogLog;
import dev.capstan.engine.operator.PairFunctions;
import dev.capstan.engine.operator.Zero;
import dev.capstan.engine.pipeline.PairSteps;
import dev.capstan.engine.pipeline.Same;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.kernel.resource.Resources;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A dataset of pairs, with what can be done by key. Keys may be null; they must have {@code equals} and {@code
 * hashCode} by content, so arrays and plain objects will not do.
 *
 * <p>Operators that bring equal keys together shuffle the data into as many partitions as the dataset has, unless told
 * otherwise; a dataset that is partitioned that way already is not shuffled again.
 */
public final class PairRdd<K, V> extends Rdd<Pair<K, V>> {
    PairRdd(CapstanContext context, Lineage<Pair<K, V>> lineage) {
        super(context, lineage);
    }

    // ---- pair by pair

    /**
     * Each value through the function; keys stay, and so does what is known of where they lie: {@code
     * counts.mapValues(count -> 2 * count)}.
     */
    public <W> PairRdd<K, W> mapValues(Fn<? super V, ? extends W> function) {
        context().function(function, "mapValues");
        return mapped("mapValues", function);
    }

    <W> PairRdd<K, W> mapped(String operator, Fn<? super V, ? extends W> function) {
        return new PairRdd<>(
                context(),
                new Mapped<Pair<K, V>, Pair<K, W>>(
                        origin(operator),
                        lineage(),
                        new PairSteps.MapValue<K, V, W>(function),
                        partitioner().orElse(null)));
    }

    /**
     * All values that the function makes of each, under the same key: {@code linesOfFiles.flatMapValues(text ->
     * text.lines().toList())}.
     */
    public <W> PairRdd<K, W> flatMapValues(FlatFn<? super V, ? extends W> function) {
        context().function(function, "flatMapValues");
        return flatMapped("flatMapValues", function);
    }

    <W> PairRdd<K, W> flatMapped(String operator, FlatFn<? super V, ? extends W> function) {
        return new PairRdd<>(
                context(),
                new FlatMapped<Pair<K, V>, Pair<K, W>>(
                        origin(operator),
                        lineage(),
                        new PairSteps.FlatMapValue<K, V, W>(function),
                        partitioner().orElse(null)));
    }

    /** The keys, as often as there are pairs with them: {@code counts.keys().distinct()}. */
    public Rdd<K> keys() {
        return new Rdd<>(context(), new Mapped<Pair<K, V>, K>(origin("keys"), lineage(), PairFunctions.key(), null));
    }

    /** The values without their keys: {@code counts.values().reduce(Integer::sum)}. */
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

    /** One value for each key, in so many partitions: {@code counts.reduceByKey(Integer::sum, 8)}. */
    public PairRdd<K, V> reduceByKey(Fn2<V, V, V> function, int partitions) {
        context().function(function, "reduceByKey");
        Checks.partitions(partitions, "reduceByKey");
        return combined("reduceByKey", PairRdd.<V>same(), function, function, true, new HashPartitioner(partitions));
    }

    /**
     * All values of each key in a list, in no order: {@code visits.groupByKey().mapValues(List::size)}. All values of
     * one key must fit in memory.
     */
    public PairRdd<K, List<V>> groupByKey() {
        return groupByKey(defaultPartitions());
    }

    /** All values of each key in a list, in so many partitions: {@code visits.groupByKey(8)}. */
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

    /**
     * One value of another kind for each key: made of the first value, others added, parts merged.
     *
     * <pre>{@code
     * prices.combineByKey(Basket::of, Basket::add, Basket::addAll);
     * }</pre>
     */
    public <C> PairRdd<K, C> combineByKey(
            Fn<? super V, ? extends C> create, Fn2<C, ? super V, ? extends C> add, Fn2<C, C, ? extends C> merge) {
        return combineByKey(create, add, merge, defaultPartitions());
    }

    /** The same, in so many partitions: {@code prices.combineByKey(Basket::of, Basket::add, Basket::addAll, 8)}. */
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

    /**
     * Adds the values of each key to a zero of its own: {@code visits.aggregateByKey(0L, (sum, page) -> sum +
     * page.length(), Long::sum)}.
     */
    public <A> PairRdd<K, A> aggregateByKey(A zero, Fn2<A, ? super V, ? extends A> add, Fn2<A, A, ? extends A> merge) {
        return aggregateByKey(zero, add, merge, defaultPartitions());
    }

    /**
     * The same, in so many partitions: {@code visits.aggregateByKey(0L, (sum, page) -> sum + page.length(), Long::sum,
     * 8)}.
     */
    public <A> PairRdd<K, A> aggregateByKey(
            A zero, Fn2<A, ? super V, ? extends A> add, Fn2<A, A, ? extends A> merge, int partitions) {
        return aggregated("aggregateByKey", zero, add, merge, partitions);
    }

    /** Adds the values of each key to a zero of its own: {@code counts.foldByKey(0, Integer::sum)}. */
    public PairRdd<K, V> foldByKey(V zero, Fn2<V, V, V> function) {
        return foldByKey(zero, function, defaultPartitions());
    }

    /** The same, in so many partitions: {@code counts.foldByKey(0, Integer::sum, 8)}. */
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

    /**
     * How many different values each key has, about: {@code visits.countApproxDistinctByKey(0.05)}.
     *
     * @param relativeError one standard deviation; half of it takes four times the memory
     */
    public PairRdd<K, Long> countApproxDistinctByKey(double relativeError) {
        return countApproxDistinctByKey(relativeError, defaultPartitions());
    }

    /** The same, in so many partitions: {@code visits.countApproxDistinctByKey(0.05, 8)}. */
    public PairRdd<K, Long> countApproxDistinctByKey(double relativeError, int partitions) {
        Checks.partitions(partitions, "countApproxDistinctByKey");
        HyperLogLog.ofError(relativeError); // refuses an error that cannot be kept
        return this.<HyperLogLog>combined(
                        "countApproxDistinctByKey",
                        new ApproximateFunctions.CountFirst<V>(relativeError),
                        new ApproximateFunctions.CountNext<V>(),
                        ApproximateFunctions.Merge.INSTANCE,
                        true,
                        new HashPartitioner(partitions))
                .mapped("countApproxDistinctByKey", ApproximateFunctions.Estimate.INSTANCE);
    }

    /** One pair for each key, with any of its values. */
    <C> PairRdd<K, C> onePerKey(String operator, Partitioner partitioner) {
        return combined(
                operator, Same.INSTANCE, PairFunctions.First.INSTANCE, PairFunctions.First.INSTANCE, true, partitioner);
    }

    @SuppressWarnings("unchecked")
    private static <E> Fn<E, E> same() {
        return (Fn<E, E>) (Fn<?, ?>) Same.INSTANCE;
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

    /** Puts each pair where the partitioner says: {@code users.partitionBy(new HashPartitioner(8)).cache()}. */
    public PairRdd<K, V> partitionBy(Partitioner partitioner) {
        Checks.given(partitioner, "partitionBy", "a partitioner");
        Checks.partitions(partitioner.partitions(), "partitionBy");
        context().function(partitioner, "partitionBy");
        if (partitioner.equals(partitioner().orElse(null))) {
            return this;
        }
        return new PairRdd<>(context(), this.<V>shuffled(origin("partitionBy"), partitioner, null, null));
    }

    /**
     * All pairs in the order of their keys, nulls first: {@code counts.sortByKey()}. Partitions come one after another,
     * and each is sorted within itself.
     */
    public PairRdd<K, V> sortByKey() {
        return sortByKey(true);
    }

    /** All pairs in the order of their keys or the reverse: {@code counts.sortByKey(false)}. */
    public PairRdd<K, V> sortByKey(boolean ascending) {
        return sortByKey(ascending, defaultPartitions());
    }

    /**
     * All pairs in the order of their keys or the reverse, in at most so many partitions: {@code
     * counts.sortByKey(false, 8)}.
     */
    public PairRdd<K, V> sortByKey(boolean ascending, int partitions) {
        return sorted("sortByKey", Orderings.natural(ascending, "sortByKey"), partitions);
    }

    /** All pairs in an order of keys: {@code counts.sortByKey((a, b) -> a.length() - b.length())}. */
    public PairRdd<K, V> sortByKey(SerializableComparator<? super K> order) {
        return sortByKey(order, defaultPartitions());
    }

    /** The same with any comparator that is serializable: {@code counts.sortByKey(Comparator.reverseOrder())}. */
    public PairRdd<K, V> sortByKey(Comparator<? super K> order) {
        return sortByKey(order, defaultPartitions());
    }

    /**
     * All pairs in an order of keys, in at most so many partitions: {@code counts.sortByKey((a, b) -> a.length() -
     * b.length(), 8)}. They are fewer if there are fewer different keys. Runs a job that samples the keys, unless one
     * partition is asked for.
     */
    public PairRdd<K, V> sortByKey(SerializableComparator<? super K> order, int partitions) {
        return sortByKey((Comparator<? super K>) order, partitions);
    }

    /** The same with any comparator that is serializable: {@code counts.sortByKey(Comparator.reverseOrder(), 8)}. */
    public PairRdd<K, V> sortByKey(Comparator<? super K> order, int partitions) {
        return sorted("sortByKey", Orderings.<K>checked(context(), order, "sortByKey"), partitions);
    }

    PairRdd<K, V> sorted(String operator, SerializableComparator<? super K> order, int partitions) {
        Checks.partitions(partitions, operator);
        RangePartitioner<K> partitioner = Orderings.ranges(this, order, partitions, operator);
        return new PairRdd<>(context(), this.<V>shuffled(origin(operator), partitioner, null, order));
    }

    /**
     * Puts each pair where the partitioner says, and sorts within partitions while doing so: {@code
     * visits.repartitionAndSortWithinPartitions(new HashPartitioner(10))}.
     */
    public PairRdd<K, V> repartitionAndSortWithinPartitions(Partitioner partitioner) {
        return placedInOrder(partitioner, Orderings.natural(true, "repartitionAndSortWithinPartitions"));
    }

    /** The same in an order of keys: {@code visits.repartitionAndSortWithinPartitions(byUser, byUserAndTime)}. */
    public PairRdd<K, V> repartitionAndSortWithinPartitions(
            Partitioner partitioner, SerializableComparator<? super K> order) {
        return repartitionAndSortWithinPartitions(partitioner, (Comparator<? super K>) order);
    }

    /**
     * The same with any comparator that is serializable: {@code visits.repartitionAndSortWithinPartitions(byUser,
     * Comparator.reverseOrder())}.
     */
    public PairRdd<K, V> repartitionAndSortWithinPartitions(Partitioner partitioner, Comparator<? super K> order) {
        return placedInOrder(partitioner, Orderings.<K>checked(context(), order, "repartitionAndSortWithinPartitions"));
    }

    private PairRdd<K, V> placedInOrder(Partitioner partitioner, SerializableComparator<? super K> order) {
        String operator = "repartitionAndSortWithinPartitions";
        Checks.given(partitioner, operator, "a partitioner");
        Checks.partitions(partitioner.partitions(), operator);
        context().function(partitioner, operator);
        return new PairRdd<>(context(), this.<V>shuffled(origin(operator), partitioner, null, order));
    }

    /**
     * The pairs whose keys lie between two, both included: {@code sorted.filterByRange("a", "c")}. After sortByKey only
     * the partitions concerned are computed.
     */
    public PairRdd<K, V> filterByRange(K lower, K upper) {
        return inRange(lower, upper, Orderings.natural(true, "filterByRange"));
    }

    /** The same by an order: {@code sorted.filterByRange("a", "c", String::compareToIgnoreCase)}. */
    public PairRdd<K, V> filterByRange(K lower, K upper, SerializableComparator<? super K> order) {
        return filterByRange(lower, upper, (Comparator<? super K>) order);
    }

    /**
     * The same with any comparator that is serializable: {@code sorted.filterByRange("c", "a",
     * Comparator.reverseOrder())}.
     */
    public PairRdd<K, V> filterByRange(K lower, K upper, Comparator<? super K> order) {
        return inRange(lower, upper, Orderings.<K>checked(context(), order, "filterByRange"));
    }

    private PairRdd<K, V> inRange(K lower, K upper, SerializableComparator<? super K> order) {
        var accepts = context().function(new PairFunctions.InRange<K, V>(lower, upper, order), "filterByRange");
        Lineage<Pair<K, V>> chosen = Ranges.chosen(this, lower, upper, order);
        return new PairRdd<>(context(), new Filtered<>(origin("filterByRange"), chosen, accepts));
    }

    // ---- by chance

    /**
     * About a share of the pairs of each key, which the map names; keys without one are left out: {@code
     * visits.sampleByKey(false, Map.of("DE", 0.1, "FR", 0.5))}.
     */
    public PairRdd<K, V> sampleByKey(boolean withReplacement, Map<K, Double> fractions) {
        return sampleByKey(withReplacement, fractions, Sampling.anySeed());
    }

    /** The same ones for the same seed: {@code visits.sampleByKey(false, Map.of("DE", 0.1), 42)}. */
    public PairRdd<K, V> sampleByKey(boolean withReplacement, Map<K, Double> fractions, long seed) {
        return new PairRdd<>(context(), Sampling.byKey(this, withReplacement, fractions, seed));
    }

    /**
     * Exactly the share of the pairs of each key, rounded up: {@code visits.sampleByKeyExact(false, Map.of("DE",
     * 0.1))}. Runs a job that counts the keys.
     */
    public PairRdd<K, V> sampleByKeyExact(boolean withReplacement, Map<K, Double> fractions) {
        return sampleByKeyExact(withReplacement, fractions, Sampling.anySeed());
    }

    /** The same ones for the same seed: {@code visits.sampleByKeyExact(false, Map.of("DE", 0.1), 42)}. */
    public PairRdd<K, V> sampleByKeyExact(boolean withReplacement, Map<K, Double> fractions, long seed) {
        return new PairRdd<>(context(), Sampling.byKeyExactly(this, withReplacement, fractions, seed));
    }

    // ---- with others

    /** For each key that any has, all its values here and there: {@code users.cogroup(orders)}. */
    public <W> PairRdd<K, Pair<List<V>, List<W>>> cogroup(PairRdd<K, W> other) {
        return cogroup(other, joinPartitions(other));
    }

    /** The same, in so many partitions: {@code users.cogroup(orders, 8)}. */
    @SuppressWarnings("unchecked")
    public <W> PairRdd<K, Pair<List<V>, List<W>>> cogroup(PairRdd<K, W> other, int partitions) {
        return Sides.grouped("cogroup", List.of(this, other), partitions)
                .mapped(
                        "cogroup",
                        (Fn<List<List<Object>>, Pair<List<V>, List<W>>>) (Fn<?, ?>) PairFunctions.TwoLists.INSTANCE);
    }

    /** For each key that any of three has, all its values in each: {@code users.cogroup(orders, returns)}. */
    public <W, X> PairRdd<K, Triple<List<V>, List<W>, List<X>>> cogroup(PairRdd<K, W> second, PairRdd<K, X> third) {
        return cogroup(second, third, Math.max(joinPartitions(second), joinPartitions(third)));
    }

    /** The same, in so many partitions: {@code users.cogroup(orders, returns, 8)}. */
    @SuppressWarnings("unchecked")
    public <W, X> PairRdd<K, Triple<List<V>, List<W>, List<X>>> cogroup(
            PairRdd<K, W> second, PairRdd<K, X> third, int partitions) {
        return Sides.grouped("cogroup", List.of(this, second, third), partitions)
                .mapped(
                        "cogroup",
                        (Fn<List<List<Object>>, Triple<List<V>, List<W>, List<X>>>)
                                (Fn<?, ?>) PairFunctions.ThreeLists.INSTANCE);
    }

    /** For each key that any of four has, all its values in each: {@code users.cogroup(orders, returns, letters)}. */
    public <W, X, Y> PairRdd<K, Quadruple<List<V>, List<W>, List<X>, List<Y>>> cogroup(
            PairRdd<K, W> second, PairRdd<K, X> third, PairRdd<K, Y> fourth) {
        int partitions = Math.max(joinPartitions(second), Math.max(joinPartitions(third), joinPartitions(fourth)));
        return cogroup(second, third, fourth, partitions);
    }

    /** The same, in so many partitions: {@code users.cogroup(orders, returns, letters, 8)}. */
    @SuppressWarnings("unchecked")
    public <W, X, Y> PairRdd<K, Quadruple<List<V>, List<W>, List<X>, List<Y>>> cogroup(
            PairRdd<K, W> second, PairRdd<K, X> third, PairRdd<K, Y> fourth, int partitions) {
        return Sides.grouped("cogroup", List.of(this, second, third, fourth), partitions)
                .mapped(
                        "cogroup",
                        (Fn<List<List<Object>>, Quadruple<List<V>, List<W>, List<X>, List<Y>>>)
                                (Fn<?, ?>) PairFunctions.FourLists.INSTANCE);
    }

    /** Another name of {@link #cogroup(PairRdd)}: {@code users.groupWith(orders)}. */
    public <W> PairRdd<K, Pair<List<V>, List<W>>> groupWith(PairRdd<K, W> other) {
        return cogroup(other);
    }

    /** Another name of {@link #cogroup(PairRdd, PairRdd)}: {@code users.groupWith(orders, returns)}. */
    public <W, X> PairRdd<K, Triple<List<V>, List<W>, List<X>>> groupWith(PairRdd<K, W> second, PairRdd<K, X> third) {
        return cogroup(second, third);
    }

    /**
     * Another name of {@link #cogroup(PairRdd, PairRdd, PairRdd)}: {@code users.groupWith(orders, returns, letters)}.
     */
    public <W, X, Y> PairRdd<K, Quadruple<List<V>, List<W>, List<X>, List<Y>>> groupWith(
            PairRdd<K, W> second, PairRdd<K, X> third, PairRdd<K, Y> fourth) {
        return cogroup(second, third, fourth);
    }

    /** The pairs here whose key is not there, whatever its value: {@code users.subtractByKey(banned)}. */
    public <W> PairRdd<K, V> subtractByKey(PairRdd<K, W> other) {
        return subtractByKey(other, defaultPartitions());
    }

    /** The same, in so many partitions: {@code users.subtractByKey(banned, 8)}. */
    public <W> PairRdd<K, V> subtractByKey(PairRdd<K, W> other, int partitions) {
        Checks.sameContext(context(), other, "subtractByKey");
        Checks.partitions(partitions, "subtractByKey");
        return Sides.chosen("subtractByKey", this, other, partitions, PairFunctions.FirstOfTwo.UNLESS_IN_SECOND, false);
    }

    /** Each value here with each value there of the same key: {@code users.join(orders)}. */
    public <W> PairRdd<K, Pair<V, W>> join(PairRdd<K, W> other) {
        return join(other, joinPartitions(other));
    }

    /** The same, in so many partitions: {@code users.join(orders, 8)}. */
    public <W> PairRdd<K, Pair<V, W>> join(PairRdd<K, W> other, int partitions) {
        return Sides.joined("join", this, other, partitions, PairFunctions.Join.INNER);
    }

    /**
     * Like join, and values here whose key is not there, with an empty Optional: {@code users.leftOuterJoin(orders)}.
     */
    public <W> PairRdd<K, Pair<V, Optional<W>>> leftOuterJoin(PairRdd<K, W> other) {
        return leftOuterJoin(other, joinPartitions(other));
    }

    /** The same, in so many partitions: {@code users.leftOuterJoin(orders, 8)}. */
    public <W> PairRdd<K, Pair<V, Optional<W>>> leftOuterJoin(PairRdd<K, W> other, int partitions) {
        return Sides.joined("leftOuterJoin", this, other, partitions, PairFunctions.Join.LEFT);
    }

    /**
     * Like join, and values there whose key is not here, with an empty Optional: {@code users.rightOuterJoin(orders)}.
     */
    public <W> PairRdd<K, Pair<Optional<V>, W>> rightOuterJoin(PairRdd<K, W> other) {
        return rightOuterJoin(other, joinPartitions(other));
    }

    /** The same, in so many partitions: {@code users.rightOuterJoin(orders, 8)}. */
    public <W> PairRdd<K, Pair<Optional<V>, W>> rightOuterJoin(PairRdd<K, W> other, int partitions) {
        return Sides.joined("rightOuterJoin", this, other, partitions, PairFunctions.Join.RIGHT);
    }

    /**
     * Like join, and values of keys that only one side has: {@code users.fullOuterJoin(orders)}. A null value and a
     * missing one look the same.
     */
    public <W> PairRdd<K, Pair<Optional<V>, Optional<W>>> fullOuterJoin(PairRdd<K, W> other) {
        return fullOuterJoin(other, joinPartitions(other));
    }

    /** The same, in so many partitions: {@code users.fullOuterJoin(orders, 8)}. */
    public <W> PairRdd<K, Pair<Optional<V>, Optional<W>>> fullOuterJoin(PairRdd<K, W> other, int partitions) {
        return Sides.joined("fullOuterJoin", this, other, partitions, PairFunctions.Join.FULL);
    }

    private int joinPartitions(@Nullable PairRdd<K, ?> other) {
        return joinPartitions(other, "a join");
    }

    // ---- actions

    /**
     * All pairs as a map, in the order in which they came: {@code counts.collectAsMap().get("spark")}. Of pairs with
     * equal keys the last one counts.
     */
    public Map<K, V> collectAsMap() {
        Map<K, V> map = new LinkedHashMap<>();
        for (Pair<K, V> pair : collect()) {
            map.put(pair.key(), pair.value());
        }
        return map;
    }

    /** All values of a key, in order: {@code users.lookup(42L)}. Computes one partition if it is known which. */
    public List<V> lookup(K key) {
        var hasKey = context().function(new PairFunctions.HasKey<K, V>(key), "lookup");
        Lineage<Pair<K, V>> found = new Filtered<>(origin("lookup"), Ranges.chosen(this, key), hasKey);
        return new PairRdd<>(context(), found).values().collected("lookup");
    }

    /**
     * One value for each key, in the driver: {@code counts.reduceByKeyLocally(Integer::sum)}. Unlike reduceByKey it
     * needs no shuffle, but all keys must fit in memory.
     */
    public Map<K, V> reduceByKeyLocally(Fn2<V, V, V> function) {
        context().function(function, "reduceByKeyLocally");
        var reduce = new PairFunctions.ReduceByKey<K, V>(function);
        List<Pair<K, V>> all = new ArrayList<>();
        context()
                .jobs()
                .run("reduceByKeyLocally", lineage(), reduce)
                .forEach(part -> part.forEach((key, value) -> all.add(new Pair<>(key, value))));
        return reduce.of(all.iterator());
    }

    /** How many pairs each key has: {@code visits.countByKey().get("DE")}. */
    public Map<K, Long> countByKey() {
        Map<K, Long> counts = new LinkedHashMap<>();
        keyCounts("countByKey").forEach(part -> part.forEach((key, count) -> counts.merge(key, count, Long::sum)));
        return counts;
    }

    /** How many pairs each key has in each partition. */
    @SuppressWarnings("unchecked")
    List<Map<K, Long>> keyCounts(String action) {
        return (List<Map<K, Long>>)
                (List<?>)
                        context()
                                .jobs()
                                .run(
                                        action,
                                        (Lineage<Pair<Object, Object>>) (Lineage<?>) lineage(),
                                        Actions.CountByKey.INSTANCE);
    }

    /**
     * How many pairs each key has as far as it is known in time, at 95 % confidence: {@code
     * visits.countByKeyApprox(Duration.ofSeconds(1))}. Keys that were not met yet are missing.
     */
    public PartialResult<Map<K, Estimate>> countByKeyApprox(Duration timeout) {
        return countByKeyApprox(timeout, Approximations.USUAL_CONFIDENCE);
    }

    /** The same: {@code visits.countByKeyApprox(Duration.ofSeconds(1), 0.99)}. */
    public PartialResult<Map<K, Estimate>> countByKeyApprox(Duration timeout, double confidence) {
        return Approximations.countByValue("countByKeyApprox", keys(), timeout, confidence);
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
    public PairRdd<K, V> intersection(Rdd<Pair<K, V>> other) {
        return intersection(other, joinPartitions(other, "intersection"));
    }

    @Override
    public PairRdd<K, V> intersection(Rdd<Pair<K, V>> other, int partitions) {
        return new PairRdd<>(context(), SetOperators.intersection(this, other, partitions));
    }

    @Override
    public PairRdd<K, V> subtract(Rdd<Pair<K, V>> other) {
        return subtract(other, defaultPartitions());
    }

    @Override
    public PairRdd<K, V> subtract(Rdd<Pair<K, V>> other, int partitions) {
        return new PairRdd<>(context(), SetOperators.difference(this, other, partitions));
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
        return new PairRdd<>(context(), Redistribution.of(this, partitions));
    }

    @Override
    public PairRdd<K, V> distinct() {
        return distinct(defaultPartitions());
    }

    @Override
    public PairRdd<K, V> distinct(int partitions) {
        return new PairRdd<>(context(), SetOperators.distinct(this, partitions));
    }

    @Override
    public PairRdd<K, V> sample(boolean withReplacement, double fraction) {
        return sample(withReplacement, fraction, Sampling.anySeed());
    }

    @Override
    public PairRdd<K, V> sample(boolean withReplacement, double fraction, long seed) {
        return new PairRdd<>(context(), Sampling.sampled(this, withReplacement, fraction, seed));
    }

    @Override
    public List<PairRdd<K, V>> randomSplit(double... weights) {
        return randomSplit(weights, Sampling.anySeed());
    }

    @Override
    public List<PairRdd<K, V>> randomSplit(double[] weights, long seed) {
        return Sampling.split(this, weights, seed).stream().map(part -> new PairRdd<>(context(), part)).toList();
    }

    @Override
    public PairRdd<K, V> withResources(Resources perTask) {
        return new PairRdd<>(context(), resourced(perTask));
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
