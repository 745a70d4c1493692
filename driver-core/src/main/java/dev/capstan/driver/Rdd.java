package dev.capstan.driver;

import dev.capstan.driver.job.JobFuture;
import dev.capstan.engine.function.Action;
import dev.capstan.engine.function.FlatFn;
import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.PairFlatFn;
import dev.capstan.engine.function.PairFn;
import dev.capstan.engine.function.PartitionFn;
import dev.capstan.engine.function.Predicate;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.lineage.Coalesced;
import dev.capstan.engine.lineage.Filtered;
import dev.capstan.engine.lineage.FlatMapped;
import dev.capstan.engine.lineage.HashPartitioner;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.Mapped;
import dev.capstan.engine.lineage.Origin;
import dev.capstan.engine.lineage.Partitioner;
import dev.capstan.engine.lineage.PartitionsMapped;
import dev.capstan.engine.lineage.ShuffleDependency;
import dev.capstan.engine.lineage.Shuffled;
import dev.capstan.engine.lineage.UnionOf;
import dev.capstan.engine.lineage.Zipped;
import dev.capstan.engine.operator.Actions;
import dev.capstan.engine.operator.PairFunctions;
import dev.capstan.engine.operator.PartitionFunctions;
import dev.capstan.engine.operator.Zero;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.engine.task.Sneaky;
import dev.capstan.kernel.serialization.DriverOnly;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * A resilient distributed dataset: elements in partitions, computed from other datasets when an action asks for them,
 * and computed again when an executor that held them is lost.
 *
 * <p>This is a handle in the driver. Operators return at once; only actions ({@link #collect}, {@link #count}, {@link
 * #reduce}, …) run jobs and wait for them. Functions given to operators run on executors: they must be serializable and
 * must not use this handle or the context.
 */
public sealed class Rdd<T> implements DriverOnly permits PairRdd {
    private final CapstanContext context;
    private final Lineage<T> lineage;

    Rdd(CapstanContext context, Lineage<T> lineage) {
        this.context = context;
        this.lineage = lineage;
    }

    public final CapstanContext context() {
        return context;
    }

    /** The node behind this handle. */
    public final Lineage<T> lineage() {
        return lineage;
    }

    // ---- element by element

    /** Each element through the function: {@code lines.map(String::length)}. */
    public final <R> Rdd<R> map(Fn<? super T, ? extends R> function) {
        context.function(function, "map");
        return new Rdd<>(context, new Mapped<T, R>(origin("map"), lineage, function, null));
    }

    /** The elements that the predicate accepts. */
    public Rdd<T> filter(Predicate<? super T> accepts) {
        return new Rdd<>(context, filtered(accepts));
    }

    final Lineage<T> filtered(Predicate<? super T> accepts) {
        context.function(accepts, "filter");
        return new Filtered<>(origin("filter"), lineage, accepts);
    }

    /** All that the function makes of each element: {@code lines.flatMap(line -> List.of(line.split(" ")))}. */
    public final <R> Rdd<R> flatMap(FlatFn<? super T, ? extends R> function) {
        context.function(function, "flatMap");
        return new Rdd<>(context, new FlatMapped<T, R>(origin("flatMap"), lineage, function, null));
    }

    /** A pair of each element: {@code words.mapToPair(word -> Pair.of(word, 1))}. */
    public final <K, V> PairRdd<K, V> mapToPair(PairFn<? super T, K, V> function) {
        context.function(function, "mapToPair");
        return new PairRdd<>(
                context,
                new Mapped<T, Pair<K, V>>(
                        origin("mapToPair"), lineage, new PairFunctions.ToPair<T, K, V>(function), null));
    }

    /** All pairs that the function makes of each element. */
    public final <K, V> PairRdd<K, V> flatMapToPair(PairFlatFn<? super T, K, V> function) {
        context.function(function, "flatMapToPair");
        return new PairRdd<>(
                context,
                new FlatMapped<T, Pair<K, V>>(
                        origin("flatMapToPair"), lineage, new PairFunctions.FlatToPair<T, K, V>(function), null));
    }

    /** Each element under a key made of it. */
    public final <K> PairRdd<K, T> keyBy(Fn<? super T, ? extends K> function) {
        context.function(function, "keyBy");
        return new PairRdd<>(
                context,
                new Mapped<T, Pair<K, T>>(origin("keyBy"), lineage, new PairFunctions.KeyBy<T, K>(function), null));
    }

    // ---- partition by partition

    /** Each partition through the function, which is called once for each; for what is expensive to set up. */
    public final <R> Rdd<R> mapPartitions(Fn<Iterator<T>, Iterator<R>> function) {
        context.function(function, "mapPartitions");
        return new Rdd<>(
                context,
                new PartitionsMapped<>(
                        origin("mapPartitions"), lineage, new PartitionFunctions.IgnoreIndex<>(function), null));
    }

    /** The same with the number of the partition, from 0. */
    public final <R> Rdd<R> mapPartitionsWithIndex(Fn2<Integer, Iterator<T>, Iterator<R>> function) {
        context.function(function, "mapPartitionsWithIndex");
        return new Rdd<>(context, new PartitionsMapped<>(origin("mapPartitionsWithIndex"), lineage, function, null));
    }

    /** Each partition as one list. */
    @SuppressWarnings("unchecked")
    public final Rdd<List<T>> glom() {
        Fn2<Integer, Iterator<T>, Iterator<List<T>>> glom =
                (Fn2<Integer, Iterator<T>, Iterator<List<T>>>) (Fn2<?, ?, ?>) PartitionFunctions.Glom.INSTANCE;
        return new Rdd<>(context, new PartitionsMapped<>(origin("glom"), lineage, glom, null));
    }

    // ---- several datasets, and how they are cut

    /** All elements of both; what is in both is there twice. */
    public Rdd<T> union(Rdd<T> other) {
        return new Rdd<>(context, united(other));
    }

    final Lineage<T> united(Rdd<T> other) {
        Checks.sameContext(context, other, "union");
        return UnionOf.of(origin("union"), List.of(lineage, other.lineage));
    }

    /** The first element of this with the first of the other, and so on; both must be cut the same way. */
    public final <U> PairRdd<T, U> zip(Rdd<U> other) {
        Checks.sameContext(context, other, "zip");
        return new PairRdd<>(context, new Zipped<>(origin("zip"), lineage, other.lineage));
    }

    /** At most so many partitions, made of neighbours, without sending anything. */
    public Rdd<T> coalesce(int partitions) {
        return new Rdd<>(context, coalesced(partitions));
    }

    /** So many partitions; with a shuffle also more than there are, and evenly filled. */
    public Rdd<T> coalesce(int partitions, boolean shuffle) {
        return shuffle ? repartition(partitions) : coalesce(partitions);
    }

    final Lineage<T> coalesced(int partitions) {
        Checks.partitions(partitions, "coalesce");
        return new Coalesced<>(origin("coalesce"), lineage, partitions);
    }

    /** So many partitions, evenly filled, by a shuffle. */
    public Rdd<T> repartition(int partitions) {
        return new Rdd<>(context, repartitioned(partitions));
    }

    final Lineage<T> repartitioned(int partitions) {
        Checks.partitions(partitions, "repartition");
        Origin dealing = origin("repartition");
        Lineage<Pair<Integer, T>> dealt =
                new PartitionsMapped<>(dealing, lineage, new PartitionFunctions.DealOut<>(partitions), null);
        Origin reading = origin("repartition");
        Lineage<Pair<Integer, T>> read =
                new Shuffled<>(
                        reading,
                        new ShuffleDependency<>(
                                dealt,
                                context.newShuffle(),
                                reader(reading),
                                new HashPartitioner(partitions),
                                null,
                                null));
        return new Mapped<>(origin("repartition"), read, PairFunctions.value(), null);
    }

    /** Each element once. */
    public Rdd<T> distinct() {
        return distinct(defaultPartitions());
    }

    /** Each element once, in so many partitions. */
    public Rdd<T> distinct(int partitions) {
        return new Rdd<>(context, distinctElements(partitions));
    }

    @SuppressWarnings("unchecked")
    final Lineage<T> distinctElements(int partitions) {
        Checks.partitions(partitions, "distinct");
        Fn<T, Pair<T, Object>> withNothing = (Fn<T, Pair<T, Object>>) (Fn<?, ?>) PairFunctions.WithNothing.INSTANCE;
        return new PairRdd<>(context, new Mapped<>(origin("distinct"), lineage, withNothing, null))
                .combined(
                        "distinct",
                        PairFunctions.Same.INSTANCE,
                        PairFunctions.First.INSTANCE,
                        PairFunctions.First.INSTANCE,
                        true,
                        new HashPartitioner(partitions))
                .keys()
                .lineage();
    }

    /** All elements in the order of the keys that the function makes of them. */
    public final <K> Rdd<T> sortBy(Fn<? super T, ? extends K> key) {
        return sortBy(key, true, defaultPartitions());
    }

    /** All elements in the order of the keys that the function makes of them. */
    public final <K> Rdd<T> sortBy(Fn<? super T, ? extends K> key, boolean ascending, int partitions) {
        context.function(key, "sortBy");
        Checks.partitions(partitions, "sortBy");
        return this.<K>keyBy(key).sortByKey(ascending, partitions).values();
    }

    // ---- keeping

    /** Keeps the partitions in the executors' memory once they were computed. */
    public Rdd<T> cache() {
        return persist(StorageLevel.MEMORY_ONLY);
    }

    /** Keeps the partitions once they were computed; the level cannot be changed until {@link #unpersist}. */
    public Rdd<T> persist(StorageLevel level) {
        Checks.given(level, "persist", "a storage level");
        StorageLevel now = lineage.storageLevel();
        if (!now.keepsNothing() && now != level) {
            throw new IllegalArgumentException(
                    describe() + " is kept as " + now + " already; call unpersist() before persist(" + level + ")");
        }
        lineage.store(level);
        return this;
    }

    /** Forgets the partitions that are kept, and keeps none from now on. */
    public Rdd<T> unpersist() {
        lineage.store(StorageLevel.NONE);
        context.unpersist(lineage.id());
        return this;
    }

    public final StorageLevel storageLevel() {
        return lineage.storageLevel();
    }

    // ---- looks

    public final DatasetId id() {
        return lineage.id();
    }

    public final String name() {
        return lineage.name();
    }

    /** Gives it a name for messages and screens. */
    public Rdd<T> name(String name) {
        Checks.given(name, "name", "a name");
        lineage.rename(name);
        return this;
    }

    public final int partitionCount() {
        return lineage.partitionCount();
    }

    public final Optional<Partitioner> partitioner() {
        return lineage.partitioner();
    }

    /** The lineage as text, a line for each dataset, indented at each shuffle. */
    public final String toDebugString() {
        return LineageText.of(lineage);
    }

    @Override
    public final String describe() {
        return "the dataset '" + name() + "' (id " + id().number() + ")";
    }

    @Override
    public final String toString() {
        return lineage.toString();
    }

    // ---- actions

    /** All elements, in order. */
    public final List<T> collect() {
        return flatten(context.run("collect", lineage, collectFunction()));
    }

    /** The same without waiting. */
    public final JobFuture<List<T>> collectAsync() {
        return context.submit("collect", lineage, this.collectFunction()).map(Rdd::flatten);
    }

    /** How many elements there are. */
    public final long count() {
        return sum(context.run("count", lineage, Actions.Count.INSTANCE));
    }

    /** The same without waiting. */
    public final JobFuture<Long> countAsync() {
        return context.submit("count", lineage, Actions.Count.INSTANCE).map(Rdd::sum);
    }

    /** The first elements; computes as few partitions as it can. */
    public final List<T> take(int most) {
        TakeSteps<T> steps = takeSteps(most);
        while (steps.wantsMore()) {
            steps.add(context.run("take", lineage, steps.nextPartitions(), steps.nextFunction()));
        }
        return steps.taken();
    }

    /** The same without waiting. */
    public final JobFuture<List<T>> takeAsync(int most) {
        return TakeFuture.start(context, lineage, takeSteps(most));
    }

    private TakeSteps<T> takeSteps(int most) {
        if (most < 0) {
            throw new IllegalArgumentException(
                    "take cannot take " + most + " elements; the number must not be negative");
        }
        return new TakeSteps<>(most, partitionCount());
    }

    /** The first element; fails if there is none. */
    public final T first() {
        List<T> taken = take(1);
        if (taken.isEmpty()) {
            throw new NoSuchElementException(describe() + " is empty and has no first element; ask isEmpty() before");
        }
        return taken.getFirst();
    }

    public final boolean isEmpty() {
        return take(1).isEmpty();
    }

    /**
     * One value of all, by a function that must be associative and commutative and must not change its arguments; fails
     * if there is no element.
     */
    public final T reduce(Fn2<T, T, T> function) {
        context.function(function, "reduce");
        List<T> parts = flatten(context.run("reduce", lineage, new Actions.Reduce<>(function)));
        if (parts.isEmpty()) {
            throw new NoSuchElementException(describe() + " is empty and cannot be reduced; use fold with a zero");
        }
        T result = parts.getFirst();
        for (T part : parts.subList(1, parts.size())) {
            result = call(function, result, part);
        }
        return result;
    }

    /** One value of all; the function may change and return its first argument, each partition begins with zero. */
    public final T fold(T zero, Fn2<T, T, T> function) {
        return this.<T>aggregated("fold", zero, function, function);
    }

    /** One value of another kind: adds elements to a zero in each partition, then merges these. */
    public final <A> A aggregate(A zero, Fn2<A, ? super T, ? extends A> add, Fn2<A, A, ? extends A> merge) {
        return aggregated("aggregate", zero, add, merge);
    }

    private <A> A aggregated(String action, A zero, Fn2<A, ? super T, ? extends A> add, Fn2<A, A, ? extends A> merge) {
        context.function(add, action);
        Checks.given(merge, action, "a function");
        Zero<A> zeros = Zero.of(zero);
        A result = zeros.fresh();
        for (A part : context.<T, A>run(action, lineage, new Actions.Aggregate<T, A>(zeros, add))) {
            result = call(merge, result, part);
        }
        return result;
    }

    /** Does something with each element, on the executors. */
    public final void foreach(Action<? super T> action) {
        CapstanContext.await(foreachAsync(action), "foreach");
    }

    /** The same without waiting. */
    public final JobFuture<Void> foreachAsync(Action<? super T> action) {
        context.function(action, "foreach");
        return context.submit("foreach", lineage, new Actions.ForEach<T>(action)).map(Rdd::nothing);
    }

    /** Does something with each partition, on the executors. */
    public final void foreachPartition(Action<Iterator<T>> action) {
        CapstanContext.await(foreachPartitionAsync(action), "foreachPartition");
    }

    /** The same without waiting. */
    public final JobFuture<Void> foreachPartitionAsync(Action<Iterator<T>> action) {
        context.function(action, "foreachPartition");
        return context.submit("foreachPartition", lineage, new Actions.ForEachPartition<>(action)).map(Rdd::nothing);
    }

    /** Runs a function on each partition and returns what it makes of them, in order; actions are made of this. */
    public final <U> List<U> runOnPartitions(PartitionFn<? super T, ? extends U> function) {
        context.function(function, "runOnPartitions");
        return context.run("runOnPartitions", lineage, function);
    }

    /**
     * Writes each element as a line of text, one file per partition. The directory must not exist or be empty. The
     * files appear in it when all are complete, and {@code _SUCCESS} after them.
     */
    public final void saveAsTextFile(String directory) {
        Checks.given(directory, "saveAsTextFile", "a path");
        TextFileOutput.save(this, directory);
    }

    // ---- for the operators

    final Origin origin(String operator) {
        return context.origin(operator);
    }

    static String reader(Origin origin) {
        return origin.operator() + " at " + origin.callSite();
    }

    /** As many partitions as the dataset has, for operators that shuffle it. */
    final int defaultPartitions() {
        return Math.max(1, partitionCount());
    }

    @SuppressWarnings("unchecked")
    private PartitionFn<T, List<T>> collectFunction() {
        return (PartitionFn<T, List<T>>) (PartitionFn<?, ?>) Actions.Collect.INSTANCE;
    }

    static <E> List<E> flatten(List<? extends List<? extends E>> parts) {
        int size = 0;
        for (List<?> part : parts) {
            size = Math.addExact(size, part.size());
        }
        List<E> all = new ArrayList<>(size);
        parts.forEach(all::addAll);
        return all;
    }

    private static long sum(List<? extends Long> counts) {
        long sum = 0;
        for (Long count : counts) {
            sum += count;
        }
        return sum;
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static Void nothing(Object ignored) {
        return null;
    }

    private static <A, B, R> R call(Fn2<A, B, R> function, A first, B second) {
        try {
            return function.apply(first, second);
        } catch (Exception e) {
            throw Sneaky.rethrow(e);
        }
    }
}
