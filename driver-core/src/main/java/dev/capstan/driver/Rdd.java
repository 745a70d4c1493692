package dev.capstan.driver;

import dev.capstan.driver.job.JobFuture;
import dev.capstan.engine.files.Compression;
import dev.capstan.engine.files.ObjectFormat;
import dev.capstan.engine.files.TextFormat;
import dev.capstan.engine.function.Action;
import dev.capstan.engine.function.DoubleFn;
import dev.capstan.engine.function.FlatFn;
import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.PairFlatFn;
import dev.capstan.engine.function.PairFn;
import dev.capstan.engine.function.Predicate;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.lineage.AsBarrier;
import dev.capstan.engine.lineage.Cartesian;
import dev.capstan.engine.lineage.CheckpointFiles;
import dev.capstan.engine.lineage.Coalesced;
import dev.capstan.engine.lineage.Dependency;
import dev.capstan.engine.lineage.Filtered;
import dev.capstan.engine.lineage.FlatMapped;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.LocalCheckpoint;
import dev.capstan.engine.lineage.Mapped;
import dev.capstan.engine.lineage.Origin;
import dev.capstan.engine.lineage.Partitioner;
import dev.capstan.engine.lineage.PartitionsMapped;
import dev.capstan.engine.lineage.Piped;
import dev.capstan.engine.lineage.StageInputsPlan;
import dev.capstan.engine.lineage.UnionOf;
import dev.capstan.engine.lineage.WithResources;
import dev.capstan.engine.lineage.Zipped;
import dev.capstan.engine.lineage.ZippedPartitions;
import dev.capstan.engine.operator.Actions;
import dev.capstan.engine.operator.ApproximateFunctions;
import dev.capstan.engine.operator.CommandPipe;
import dev.capstan.engine.operator.HyperLogLog;
import dev.capstan.engine.operator.NumberFunctions;
import dev.capstan.engine.operator.PartitionFunctions;
import dev.capstan.engine.pipeline.PairSteps;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.engine.task.PartitionFn;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.kernel.serialization.DriverOnly;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A resilient distributed dataset: elements in partitions, computed from other datasets when an action asks for them,
 * and computed again when an executor that held them is lost.
 *
 * <p>This is a handle in the driver. Operators return at once; only actions ({@link #collect}, {@link #count}, {@link
 * #reduce}, …) run jobs and wait for them. Functions given to operators run on executors: they must be serializable and
 * must not use this handle or the context.
 */
public sealed class Rdd<T> implements DriverOnly permits PairRdd, DoubleRdd {
    private static final int USUAL_DEPTH = 2;

    private final CapstanContext context;
    private final Lineage<T> lineage;

    Rdd(CapstanContext context, Lineage<T> lineage) {
        this.context = context;
        this.lineage = lineage;
    }

    /** The context that made it: {@code words.context().emptyRdd()}. */
    public final CapstanContext context() {
        return context;
    }

    /** The node behind this handle, for datasets of the user's own making: {@code lines.lineage()}. */
    public final Lineage<T> lineage() {
        return lineage;
    }

    // ---- element by element

    /** Each element through the function: {@code lines.map(String::length)}. */
    public final <R> Rdd<R> map(Fn<? super T, ? extends R> function) {
        context.function(function, "map");
        return new Rdd<>(context, new Mapped<T, R>(origin("map"), lineage, function, null));
    }

    /** The elements that the predicate accepts: {@code lines.filter(line -> !line.isBlank())}. */
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
                new Mapped<T, Pair<K, V>>(origin("mapToPair"), lineage, new PairSteps.ToPair<T, K, V>(function), null));
    }

    /** All pairs that the function makes of each element: {@code pages.flatMapToPair(page -> page.wordCounts())}. */
    public final <K, V> PairRdd<K, V> flatMapToPair(PairFlatFn<? super T, K, V> function) {
        context.function(function, "flatMapToPair");
        return new PairRdd<>(
                context,
                new FlatMapped<T, Pair<K, V>>(
                        origin("flatMapToPair"), lineage, new PairSteps.FlatToPair<T, K, V>(function), null));
    }

    /** Each element under a key made of it: {@code words.keyBy(String::length)}. */
    public final <K> PairRdd<K, T> keyBy(Fn<? super T, ? extends K> function) {
        return keyed("keyBy", function);
    }

    private <K> PairRdd<K, T> keyed(String operator, Fn<? super T, ? extends K> function) {
        context.function(function, operator);
        return new PairRdd<>(
                context,
                new Mapped<T, Pair<K, T>>(origin(operator), lineage, new PairSteps.KeyBy<T, K>(function), null));
    }

    /** A number of each element: {@code words.mapToDouble(String::length).mean()}. */
    public final DoubleRdd mapToDouble(DoubleFn<? super T> function) {
        context.function(function, "mapToDouble");
        return new DoubleRdd(
                context,
                new Mapped<T, Double>(origin("mapToDouble"), lineage, new NumberFunctions.ToDouble<T>(function), null));
    }

    /** All numbers that the function makes of each element: {@code orders.flatMapToDouble(Order::prices)}. */
    public final DoubleRdd flatMapToDouble(FlatFn<? super T, Double> function) {
        context.function(function, "flatMapToDouble");
        return new DoubleRdd(context, new FlatMapped<T, Double>(origin("flatMapToDouble"), lineage, function, null));
    }

    // ---- partition by partition

    /**
     * Each partition through the function, which is called once for each; for what is expensive to set up.
     *
     * <pre>{@code
     * numbers.mapPartitions(all -> {
     *     long sum = 0;
     *     while (all.hasNext()) {
     *         sum += all.next();
     *     }
     *     return List.of(sum).iterator();
     * });
     * }</pre>
     */
    public final <R> Rdd<R> mapPartitions(Fn<Iterator<T>, Iterator<R>> function) {
        return new Rdd<>(context, partitionsMapped("mapPartitions", function));
    }

    /**
     * The same with the number of the partition, from 0: {@code lines.mapPartitionsWithIndex((index, all) -> index == 0
     * ? withoutFirst(all) : all)}.
     */
    public final <R> Rdd<R> mapPartitionsWithIndex(Fn2<Integer, Iterator<T>, Iterator<R>> function) {
        context.function(function, "mapPartitionsWithIndex");
        return new Rdd<>(context, new PartitionsMapped<>(origin("mapPartitionsWithIndex"), lineage, function, null));
    }

    /** Each partition through a function that makes pairs of it: {@code lines.mapPartitionsToPair(Parser::pairs)}. */
    public final <K, V> PairRdd<K, V> mapPartitionsToPair(Fn<Iterator<T>, Iterator<Pair<K, V>>> function) {
        return new PairRdd<>(context, partitionsMapped("mapPartitionsToPair", function));
    }

    /** Each partition through a function that makes numbers of it: {@code lines.mapPartitionsToDouble(Parser::all)}. */
    public final DoubleRdd mapPartitionsToDouble(Fn<Iterator<T>, Iterator<Double>> function) {
        return new DoubleRdd(context, partitionsMapped("mapPartitionsToDouble", function));
    }

    private <R> Lineage<R> partitionsMapped(String operator, Fn<Iterator<T>, Iterator<R>> function) {
        context.function(function, operator);
        return new PartitionsMapped<>(origin(operator), lineage, new PartitionFunctions.IgnoreIndex<>(function), null);
    }

    /**
     * Each partition through an external command, which gets the elements as lines and whose lines are the result:
     * {@code words.pipe("sort -u")}. The command is cut at blanks; no shell sees it.
     *
     * <p>The command runs where the task runs, and ends with it. An exit code other than 0 fails the task with the last
     * lines of its stderr.
     */
    public final Rdd<String> pipe(String command) {
        Checks.given(command, "pipe", "a command");
        return pipe(List.of(command.strip().split("\\s+")));
    }

    /** The same with the program and its arguments: {@code words.pipe(List.of("grep", "two words"))}. */
    public final Rdd<String> pipe(List<String> command) {
        return pipe(command, Map.of());
    }

    /**
     * The same with variables besides those of the executor: {@code words.pipe(List.of("sort"), Map.of("LC_ALL",
     * "C"))}.
     */
    public final Rdd<String> pipe(List<String> command, Map<String, String> environment) {
        Checks.given(command, "pipe", "a command");
        Checks.given(environment, "pipe", "an environment, which may be empty,");
        if (command.isEmpty() || command.getFirst().isEmpty()) {
            throw new IllegalArgumentException("pipe needs a command, not an empty one");
        }
        return new Rdd<>(context, new Piped<>(origin("pipe"), lineage, new CommandPipe.Command(command, environment)));
    }

    /** Each partition as one list: {@code numbers.glom().map(List::size)}. */
    @SuppressWarnings("unchecked")
    public final Rdd<List<T>> glom() {
        Fn2<Integer, Iterator<T>, Iterator<List<T>>> glom =
                (Fn2<Integer, Iterator<T>, Iterator<List<T>>>) (Fn2<?, ?, ?>) PartitionFunctions.Glom.INSTANCE;
        return new Rdd<>(context, new PartitionsMapped<>(origin("glom"), lineage, glom, null));
    }

    // ---- several datasets, and how they are cut

    /** All elements of both; what is in both is there twice: {@code today.union(yesterday)}. */
    public Rdd<T> union(Rdd<T> other) {
        return new Rdd<>(context, united(other));
    }

    /** What is in both, each element once: {@code today.intersection(yesterday)}. */
    public Rdd<T> intersection(Rdd<T> other) {
        return intersection(other, joinPartitions(other, "intersection"));
    }

    /** The same, in so many partitions: {@code today.intersection(yesterday, 8)}. */
    public Rdd<T> intersection(Rdd<T> other, int partitions) {
        return new Rdd<>(context, SetOperators.intersection(this, other, partitions));
    }

    /** What is here but not there, as often as it is here: {@code today.subtract(yesterday)}. */
    public Rdd<T> subtract(Rdd<T> other) {
        return subtract(other, defaultPartitions());
    }

    /** The same, in so many partitions: {@code today.subtract(yesterday, 8)}. */
    public Rdd<T> subtract(Rdd<T> other, int partitions) {
        return new Rdd<>(context, SetOperators.difference(this, other, partitions));
    }

    final int joinPartitions(@Nullable Rdd<?> other, String operator) {
        Checks.sameContext(context, other, operator);
        return Math.max(defaultPartitions(), other.defaultPartitions());
    }

    /** Each element here with each there: {@code sizes.cartesian(colours)}. A partition for each two partitions. */
    public final <U> PairRdd<T, U> cartesian(Rdd<U> other) {
        Checks.sameContext(context, other, "cartesian");
        long partitions = (long) partitionCount() * other.partitionCount();
        if (partitions > 0) {
            Checks.partitions((int) Math.min(Integer.MAX_VALUE, partitions), "cartesian");
        }
        return new PairRdd<>(context, new Cartesian<>(origin("cartesian"), lineage, other.lineage));
    }

    final Lineage<T> united(Rdd<T> other) {
        Checks.sameContext(context, other, "union");
        return UnionOf.of(origin("union"), List.of(lineage, other.lineage));
    }

    /**
     * The first element of this with the first of the other, and so on: {@code names.zip(ages)}. Both must have as many
     * partitions, and each as many elements.
     */
    public final <U> PairRdd<T, U> zip(Rdd<U> other) {
        Checks.sameContext(context, other, "zip");
        return new PairRdd<>(context, new Zipped<>(origin("zip"), lineage, other.lineage));
    }

    /**
     * Each partition with that of the other through a function, which takes what it needs of both: {@code
     * left.zipPartitions(right, (mine, theirs) -> merge(mine, theirs))}. Both must have as many partitions.
     */
    public final <U, R> Rdd<R> zipPartitions(Rdd<U> other, Fn2<Iterator<T>, Iterator<U>, Iterator<R>> function) {
        Checks.sameContext(context, other, "zipPartitions");
        context.function(function, "zipPartitions");
        return new Rdd<>(context, new ZippedPartitions<>(origin("zipPartitions"), lineage, other.lineage, function));
    }

    /**
     * Each element with its place in the whole, from 0: {@code lines.zipWithIndex()}. Runs a job that counts, unless
     * there is only one partition.
     */
    public final PairRdd<T, Long> zipWithIndex() {
        return Numbering.consecutive(this);
    }

    /**
     * Each element with a number that no other has, without a job: {@code lines.zipWithUniqueId()}. With n partitions,
     * those of partition k get k, n + k, 2 n + k, and so on.
     */
    public final PairRdd<T, Long> zipWithUniqueId() {
        return Numbering.unique(this);
    }

    /** About this share of the elements; with replacement it may be above 1: {@code lines.sample(false, 0.01)}. */
    public Rdd<T> sample(boolean withReplacement, double fraction) {
        return sample(withReplacement, fraction, Sampling.anySeed());
    }

    /** The same ones for the same seed: {@code lines.sample(false, 0.01, 42)}. */
    public Rdd<T> sample(boolean withReplacement, double fraction, long seed) {
        return new Rdd<>(context, Sampling.sampled(this, withReplacement, fraction, seed));
    }

    /**
     * Each element into one of several datasets, by chance: {@code var parts = lines.randomSplit(0.8, 0.2)}. The
     * weights are shares of their sum.
     */
    public List<? extends Rdd<T>> randomSplit(double... weights) {
        return randomSplit(weights, Sampling.anySeed());
    }

    /** In the same way for the same seed: {@code lines.randomSplit(new double[] {0.8, 0.2}, 42)}. */
    public List<? extends Rdd<T>> randomSplit(double[] weights, long seed) {
        return Sampling.split(this, weights, seed).stream().map(part -> new Rdd<>(context, part)).toList();
    }

    /** At most so many partitions, made of neighbours, without sending anything: {@code rareLines.coalesce(4)}. */
    public Rdd<T> coalesce(int partitions) {
        return new Rdd<>(context, coalesced(partitions));
    }

    /**
     * So many partitions; with a shuffle also more than there are, and evenly filled: {@code lines.coalesce(100,
     * true)}.
     */
    public Rdd<T> coalesce(int partitions, boolean shuffle) {
        return shuffle ? repartition(partitions) : coalesce(partitions);
    }

    final Lineage<T> coalesced(int partitions) {
        Checks.partitions(partitions, "coalesce");
        return new Coalesced<>(origin("coalesce"), lineage, partitions);
    }

    /** So many partitions, evenly filled, by a shuffle: {@code lines.repartition(100)}. */
    public Rdd<T> repartition(int partitions) {
        return new Rdd<>(context, Redistribution.of(this, partitions));
    }

    /** Each element once: {@code words.distinct()}. */
    public Rdd<T> distinct() {
        return distinct(defaultPartitions());
    }

    /** Each element once, in so many partitions: {@code words.distinct(8)}. */
    public Rdd<T> distinct(int partitions) {
        return new Rdd<>(context, SetOperators.distinct(this, partitions));
    }

    /** The elements of each group, which the function names: {@code words.groupBy(word -> word.length())}. */
    public final <K> PairRdd<K, List<T>> groupBy(Fn<? super T, ? extends K> function) {
        return groupBy(function, defaultPartitions());
    }

    /** The same, in so many partitions: {@code words.groupBy(String::length, 8)}. */
    public final <K> PairRdd<K, List<T>> groupBy(Fn<? super T, ? extends K> function, int partitions) {
        Checks.partitions(partitions, "groupBy");
        return this.<K>keyed("groupBy", function).groupByKey(partitions);
    }

    /** All elements in the order of the keys that the function makes of them: {@code words.sortBy(String::length)}. */
    public final <K> Rdd<T> sortBy(Fn<? super T, ? extends K> key) {
        return sortBy(key, true);
    }

    /** The same, or the other way round: {@code words.sortBy(String::length, false)}. */
    public final <K> Rdd<T> sortBy(Fn<? super T, ? extends K> key, boolean ascending) {
        return sortBy(key, ascending, defaultPartitions());
    }

    /** The same, in at most so many partitions: {@code words.sortBy(String::length, false, 8)}. */
    public final <K> Rdd<T> sortBy(Fn<? super T, ? extends K> key, boolean ascending, int partitions) {
        return this.<K>sorted(key, Orderings.natural(ascending, "sortBy"), partitions);
    }

    /** All elements in an order of keys: {@code words.sortBy(word -> word, (a, b) -> a.compareToIgnoreCase(b))}. */
    public final <K> Rdd<T> sortBy(Fn<? super T, ? extends K> key, SerializableComparator<? super K> order) {
        return this.<K>sorted(key, Orderings.checked(context, order, "sortBy"), defaultPartitions());
    }

    /** The same with any comparator that is serializable: {@code words.sortBy(word -> word, reverseOrder())}. */
    public final <K> Rdd<T> sortBy(Fn<? super T, ? extends K> key, Comparator<? super K> order) {
        return this.<K>sorted(key, Orderings.checked(context, order, "sortBy"), defaultPartitions());
    }

    /**
     * The same, in at most so many partitions: {@code words.sortBy(word -> word, (a, b) -> a.compareToIgnoreCase(b),
     * 8)}.
     */
    public final <K> Rdd<T> sortBy(
            Fn<? super T, ? extends K> key, SerializableComparator<? super K> order, int partitions) {
        return this.<K>sorted(key, Orderings.checked(context, order, "sortBy"), partitions);
    }

    /** The same with any comparator that is serializable: {@code words.sortBy(word -> word, reverseOrder(), 8)}. */
    public final <K> Rdd<T> sortBy(Fn<? super T, ? extends K> key, Comparator<? super K> order, int partitions) {
        return this.<K>sorted(key, Orderings.checked(context, order, "sortBy"), partitions);
    }

    private <K> Rdd<T> sorted(Fn<? super T, ? extends K> key, SerializableComparator<? super K> order, int partitions) {
        Checks.partitions(partitions, "sortBy");
        return this.<K>keyed("sortBy", key).sorted("sortBy", order, partitions).values();
    }

    // ---- where it runs

    /**
     * The same elements; tasks that compute them take so much of an executor: {@code
     * rows.withResources(Resources.cpus(2))}. It holds for the whole stage, up to the next shuffles; if several are
     * asked for in one stage, the most of each kind is taken.
     */
    public Rdd<T> withResources(Resources perTask) {
        return new Rdd<>(context, resourced(perTask));
    }

    final Lineage<T> resourced(Resources perTask) {
        Checks.given(perTask, "withResources", "resources");
        if (perTask.milliCpus() == 0) {
            throw new IllegalArgumentException(
                    "withResources: a task needs some cpu, a thousandth at least, besides " + perTask);
        }
        return new WithResources<>(origin("withResources"), lineage, perTask);
    }

    /**
     * The same elements for a function whose tasks run all at once, as programs need that bring their own way to
     * compute together:
     *
     * <pre>{@code
     * Rdd<Model> models = rows.barrier().mapPartitions(part -> {
     *     TaskContext task = TaskContext.current();
     *     List<String> peers = task.allGather(address()); // of all tasks, in the order of their partitions
     *     Model model = train(part, peers);
     *     task.barrier(); // nobody leaves before all are done
     *     return List.of(model).iterator();
     * });
     * }</pre>
     *
     * <p>It holds for the whole stage, up to the next shuffles. Its tasks begin when there is room for all of them; if
     * the cluster is too small, the job fails after {@code capstan.scheduler.unplaceableAfter}. When one fails, all are
     * run again. Nothing within the stage may change the number of partitions behind {@code barrier()}, as coalesce and
     * union do, and actions must compute all partitions, unlike take and first. Tasks whose result is cached do not
     * call the function: do not keep a dataset partly.
     */
    public final BarrierRdd<T> barrier() {
        return new BarrierRdd<>(new Rdd<>(context, new AsBarrier<>(origin("barrier"), lineage)));
    }

    // ---- keeping

    /**
     * Keeps the partitions in the executors' memory once they were computed: {@code var words = lines.flatMap(line ->
     * List.of(line.split(" "))).cache()}.
     */
    public Rdd<T> cache() {
        return persist(StorageLevel.MEMORY_ONLY);
    }

    /**
     * Keeps the partitions once they were computed: {@code words.persist(StorageLevel.MEMORY_AND_DISK)}. The level
     * cannot be changed until {@link #unpersist}.
     */
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

    /**
     * Has the partitions written to files after the first action that computes them, by a job of its own; from then on
     * they are read from there, and what they were computed from is let go. Programs that go on and on from their own
     * results neither grow nor slow down if they do this every so many rounds:
     *
     * <pre>{@code
     * context.setCheckpointDir("/shared/checkpoints");
     * for (int round = 1; round <= 1_000; round++) {
     *     ranks = improve(ranks).cache(); // kept, so that writing it does not compute it again
     *     if (round % 50 == 0) {
     *         ranks.checkpoint();
     *         ranks.count();
     *     }
     * }
     * }</pre>
     *
     * @throws IllegalStateException when the context has no {@linkplain CapstanContext#setCheckpointDir directory}
     */
    public final void checkpoint() {
        context.checkpoints().wantFiles(lineage);
    }

    /**
     * Lets go of what it was computed from after the first action that computes it, and relies on executors to keep its
     * partitions: at its storage level, or in memory and on disk: {@code ranks.localCheckpoint()}. Faster than {@link
     * #checkpoint}, but a partition that an executor loses cannot be computed again, and jobs that need it fail.
     */
    public final void localCheckpoint() {
        context.checkpoints().wantLocal(lineage);
    }

    /**
     * The directory that its partitions were written to, once they were: {@code ranks.checkpointFile().orElse("none
     * yet")}.
     */
    public final Optional<String> checkpointFile() {
        return lineage.cutBy()
                .filter(CheckpointFiles.class::isInstance)
                .map(files -> ((CheckpointFiles<?>) files).directory());
    }

    /** Forgets the partitions that are kept, and keeps none from now on: {@code words.unpersist()}. */
    public Rdd<T> unpersist() {
        if (lineage.cutBy().filter(LocalCheckpoint.class::isInstance).isPresent()) {
            throw new IllegalStateException(
                    describe() + " was checkpointed by localCheckpoint(): what is kept of it is all there is");
        }
        lineage.store(StorageLevel.NONE);
        context.jobs().runner().unpersist(lineage.id());
        return this;
    }

    /** How its partitions are kept: {@code words.storageLevel().keepsNothing()}. */
    public final StorageLevel storageLevel() {
        return lineage.storageLevel();
    }

    // ---- looks

    /** Its number in this context, as messages show it: {@code words.id()}. */
    public final DatasetId id() {
        return lineage.id();
    }

    /** What messages and screens call it, its operator unless a name was given: {@code words.name()}. */
    public final String name() {
        return lineage.name();
    }

    /** Gives it a name for messages and screens: {@code words.name("words of May")}. */
    public Rdd<T> name(String name) {
        Checks.given(name, "name", "a name");
        lineage.rename(name);
        return this;
    }

    /** How many partitions it has: {@code words.partitionCount()}. */
    public final int partitionCount() {
        return lineage.partitionCount();
    }

    /** What says which key lies in which partition, where that is known: {@code counts.partitioner().isPresent()}. */
    public final Optional<Partitioner> partitioner() {
        return lineage.partitioner();
    }

    /** Its partitions, with the hosts where computing them is cheap: {@code lines.partitions().size()}. */
    public final List<Partition> partitions() {
        StageInputsPlan plan = StageInputsPlan.of(lineage);
        return IntStream.range(0, partitionCount())
                .mapToObj(index -> new Partition(index, plan.preferredHosts(index)))
                .toList();
    }

    /** Hosts where computing a partition is cheap, best first: {@code lines.preferredLocations(0)}. */
    public final List<String> preferredLocations(int partition) {
        Checks.partition(partition, partitionCount(), "preferredLocations");
        return StageInputsPlan.of(lineage).preferredHosts(partition);
    }

    /** What it is computed from, and how: {@code counts.dependencies().getFirst().parent()}. */
    public final List<Dependency<?>> dependencies() {
        return lineage.dependencies();
    }

    /**
     * Whether it was checkpointed, in files or locally, so that it does not depend on others any more: {@code
     * ranks.isCheckpointed()}.
     */
    public final boolean isCheckpointed() {
        return lineage.cutBy().isPresent();
    }

    /**
     * The lineage as text, a line for each dataset, indented at each shuffle, with how much of each is kept, and where:
     * {@code System.out.println(counts.toDebugString())}.
     */
    public final String toDebugString() {
        return LineageText.of(lineage, context.jobs());
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

    /** All elements, in order, in the memory of this program: {@code words.collect().forEach(System.out::println)}. */
    public final List<T> collect() {
        return collected("collect");
    }

    final List<T> collected(String action) {
        return flatten(context.jobs().run(action, lineage, collectFunction()));
    }

    /** The same without waiting: {@code var job = words.collectAsync()}, later {@code job.get()}. */
    public final JobFuture<List<T>> collectAsync() {
        return context.jobs().submit("collect", lineage, this.collectFunction()).map(Rdd::flatten);
    }

    /** The elements of some partitions, a list for each in the order asked: {@code lines.collectPartitions(0, 3)}. */
    public final List<List<T>> collectPartitions(int... partitions) {
        Checks.given(partitions, "collectPartitions", "numbers of partitions");
        for (int partition : partitions) {
            Checks.partition(partition, partitionCount(), "collectPartitions");
        }
        int[] different = IntStream.of(partitions).distinct().sorted().toArray();
        List<List<T>> found = context.jobs().run("collectPartitions", lineage, different, collectFunction());
        return IntStream.of(partitions).mapToObj(index -> found.get(Arrays.binarySearch(different, index))).toList();
    }

    /**
     * The elements one after another, a partition in memory at a time: {@code for (var all = lines.toLocalIterator();
     * all.hasNext(); ) …}. Each partition is a job of its own; cache what is expensive to compute.
     */
    public final Iterator<T> toLocalIterator() {
        return toLocalIterator(false);
    }

    /**
     * The same: {@code lines.toLocalIterator(true)}.
     *
     * @param prefetch whether the next partition is computed while one is used, so that two are in memory
     */
    public final Iterator<T> toLocalIterator(boolean prefetch) {
        return new PartitionByPartition<>(context, lineage, collectFunction(), prefetch);
    }

    /** How many elements there are: {@code lines.filter(line -> line.contains("ERROR")).count()}. */
    public final long count() {
        return sum(context.jobs().run("count", lineage, Actions.Count.INSTANCE));
    }

    /** The same without waiting: {@code lines.countAsync().whenDone((count, failure) -> show(count))}. */
    public final JobFuture<Long> countAsync() {
        return context.jobs().submit("count", lineage, Actions.Count.INSTANCE).map(Rdd::sum);
    }

    /** How often each element comes: {@code words.countByValue().get("spark")}. */
    @SuppressWarnings("unchecked")
    public final Map<T, Long> countByValue() {
        Map<T, Long> counts = new LinkedHashMap<>();
        PartitionFn<T, Map<T, Long>> function =
                (PartitionFn<T, Map<T, Long>>) (PartitionFn<?, ?>) ApproximateFunctions.CountByValue.INSTANCE;
        for (Map<T, Long> part : context.jobs().<T, Map<T, Long>>run("countByValue", lineage, function)) {
            part.forEach((value, count) -> counts.merge(value, count, Long::sum));
        }
        return counts;
    }

    /**
     * How many elements there are as far as it is known in time, at 95 % confidence: {@code
     * lines.countApprox(Duration.ofSeconds(1)).initial().mean()}.
     */
    public final PartialResult<Estimate> countApprox(Duration timeout) {
        return countApprox(timeout, Approximations.USUAL_CONFIDENCE);
    }

    /** The same: {@code lines.countApprox(Duration.ofSeconds(1), 0.99)}. */
    public final PartialResult<Estimate> countApprox(Duration timeout, double confidence) {
        return Approximations.count(this, timeout, confidence);
    }

    /**
     * How often each element comes as far as it is known in time, at 95 % confidence: {@code
     * words.countByValueApprox(Duration.ofSeconds(1))}. Elements that were not met yet are missing.
     */
    public final PartialResult<Map<T, Estimate>> countByValueApprox(Duration timeout) {
        return countByValueApprox(timeout, Approximations.USUAL_CONFIDENCE);
    }

    /** The same: {@code words.countByValueApprox(Duration.ofSeconds(1), 0.99)}. */
    public final PartialResult<Map<T, Estimate>> countByValueApprox(Duration timeout, double confidence) {
        return Approximations.countByValue("countByValueApprox", this, timeout, confidence);
    }

    /**
     * How many different elements there are, about: {@code visitors.countApproxDistinct(0.01)}. Takes little memory,
     * however many there are; few are counted exactly.
     *
     * @param relativeError one standard deviation; half of it takes four times the memory
     */
    public final long countApproxDistinct(double relativeError) {
        HyperLogLog different = HyperLogLog.ofError(relativeError);
        context.jobs()
                .run("countApproxDistinct", lineage, new ApproximateFunctions.Distinct(relativeError))
                .forEach(different::merge);
        return different.estimate();
    }

    /** The first elements; computes as few partitions as it can: {@code lines.take(10)}. */
    public final List<T> take(int most) {
        TakeSteps<T> steps = takeSteps(most);
        while (steps.wantsMore()) {
            steps.add(context.jobs().run("take", lineage, steps.nextPartitions(), steps.nextFunction()));
        }
        return steps.taken();
    }

    /** The same without waiting: {@code lines.takeAsync(10).get(Duration.ofSeconds(5))}. */
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

    /** The least elements, in order: {@code numbers.takeOrdered(3)}. Of equal ones those that come first. */
    public final List<T> takeOrdered(int most) {
        return Orderings.least(this, most, Orderings.natural(true, "takeOrdered"), "takeOrdered");
    }

    /** The first elements by an order: {@code words.takeOrdered(3, (a, b) -> a.length() - b.length())}. */
    public final List<T> takeOrdered(int most, SerializableComparator<? super T> order) {
        return takeOrdered(most, (Comparator<? super T>) order);
    }

    /** The same with any comparator that is serializable: {@code words.takeOrdered(3, reverseOrder())}. */
    public final List<T> takeOrdered(int most, Comparator<? super T> order) {
        return Orderings.least(this, most, Orderings.<T>checked(context, order, "takeOrdered"), "takeOrdered");
    }

    /** The greatest elements, the greatest first: {@code numbers.top(3)}. */
    public final List<T> top(int most) {
        return Orderings.least(this, most, Orderings.natural(false, "top"), "top");
    }

    /** The last elements by an order, the last first: {@code words.top(3, (a, b) -> a.length() - b.length())}. */
    public final List<T> top(int most, SerializableComparator<? super T> order) {
        return top(most, (Comparator<? super T>) order);
    }

    /** The same with any comparator that is serializable: {@code words.top(3, naturalOrder())}. */
    public final List<T> top(int most, Comparator<? super T> order) {
        return Orderings.least(this, most, Orderings.<T>checked(context, order, "top").reversed(), "top");
    }

    /** The greatest element; fails if there is none: {@code numbers.max()}. */
    public T max() {
        return Reductions.extreme(this, "max", Orderings.natural(false, "max"));
    }

    /** The last element by an order: {@code words.max((a, b) -> a.length() - b.length())}. */
    public final T max(SerializableComparator<? super T> order) {
        return max((Comparator<? super T>) order);
    }

    /** The same with any comparator that is serializable: {@code words.max(naturalOrder())}. */
    public final T max(Comparator<? super T> order) {
        return Reductions.extreme(this, "max", Orderings.<T>checked(context, order, "max").reversed());
    }

    /** The least element; fails if there is none: {@code numbers.min()}. */
    public T min() {
        return Reductions.extreme(this, "min", Orderings.natural(true, "min"));
    }

    /** The first element by an order: {@code words.min((a, b) -> a.length() - b.length())}. */
    public final T min(SerializableComparator<? super T> order) {
        return min((Comparator<? super T>) order);
    }

    /** The same with any comparator that is serializable: {@code words.min(naturalOrder())}. */
    public final T min(Comparator<? super T> order) {
        return Reductions.extreme(this, "min", Orderings.<T>checked(context, order, "min"));
    }

    /**
     * So many elements, each with the same chance, in random order: {@code lines.takeSample(false, 10)}. All if there
     * are fewer, unless with replacement.
     */
    public final List<T> takeSample(boolean withReplacement, int number) {
        return takeSample(withReplacement, number, Sampling.anySeed());
    }

    /** The same ones for the same seed: {@code lines.takeSample(false, 10, 42)}. */
    public final List<T> takeSample(boolean withReplacement, int number, long seed) {
        return Sampling.taken(this, withReplacement, number, seed);
    }

    /** The first element; fails if there is none: {@code lines.first()}. */
    public final T first() {
        List<T> taken = take(1);
        if (taken.isEmpty()) {
            throw new NoSuchElementException(describe() + " is empty and has no first element; ask isEmpty() before");
        }
        return taken.getFirst();
    }

    /** Whether it has no element; computes as few partitions as it can: {@code lines.isEmpty()}. */
    public final boolean isEmpty() {
        return take(1).isEmpty();
    }

    /**
     * One value of all: {@code numbers.reduce(Long::sum)}. The function must be associative and commutative and must
     * not change its arguments; fails if there is no element.
     */
    public final T reduce(Fn2<T, T, T> function) {
        return Reductions.reduced(this, function);
    }

    /**
     * The same; parts are merged on executors, in as many rounds as the depth says, which spares the driver when there
     * are many partitions or parts are large: {@code vectors.treeReduce(Vector::plus)}.
     */
    public final T treeReduce(Fn2<T, T, T> function) {
        return treeReduce(function, USUAL_DEPTH);
    }

    /** The same: {@code vectors.treeReduce(Vector::plus, 3)}. */
    public final T treeReduce(Fn2<T, T, T> function, int depth) {
        return Reductions.treeReduced(this, function, depth);
    }

    /** Like aggregate, merging on executors: {@code vectors.treeAggregate(new Sum(), Sum::add, Sum::merge)}. */
    public final <A> A treeAggregate(A zero, Fn2<A, ? super T, ? extends A> add, Fn2<A, A, ? extends A> merge) {
        return treeAggregate(zero, add, merge, USUAL_DEPTH);
    }

    /** The same: {@code vectors.treeAggregate(new Sum(), Sum::add, Sum::merge, 3)}. */
    public final <A> A treeAggregate(
            A zero, Fn2<A, ? super T, ? extends A> add, Fn2<A, A, ? extends A> merge, int depth) {
        return Reductions.treeAggregated(this, zero, add, merge, depth);
    }

    /**
     * One value of all: {@code numbers.fold(0L, Long::sum)}. The function may change and return its first argument;
     * each partition begins with zero.
     */
    public final T fold(T zero, Fn2<T, T, T> function) {
        return Reductions.<T, T>aggregated("fold", this, zero, function, function);
    }

    /**
     * One value of another kind: adds elements to a zero in each partition, then merges these: {@code
     * words.aggregate(0L, (sum, word) -> sum + word.length(), Long::sum)}.
     */
    public final <A> A aggregate(A zero, Fn2<A, ? super T, ? extends A> add, Fn2<A, A, ? extends A> merge) {
        return Reductions.aggregated("aggregate", this, zero, add, merge);
    }

    /** Does something with each element, on the executors: {@code readings.foreach(reading -> store(reading))}. */
    public final void foreach(Action<? super T> action) {
        Jobs.await(foreachAsync(action), "foreach");
    }

    /** The same without waiting: {@code var job = readings.foreachAsync(reading -> store(reading))}. */
    public final JobFuture<Void> foreachAsync(Action<? super T> action) {
        context.function(action, "foreach");
        return context.jobs().submit("foreach", lineage, new Actions.ForEach<T>(action)).map(Rdd::nothing);
    }

    /**
     * Does something with each partition, on the executors.
     *
     * <pre>{@code
     * readings.foreachPartition(all -> {
     *     try (var connection = open()) {
     *         all.forEachRemaining(connection::send);
     *     }
     * });
     * }</pre>
     */
    public final void foreachPartition(Action<Iterator<T>> action) {
        Jobs.await(foreachPartitionAsync(action), "foreachPartition");
    }

    /** The same without waiting: {@code var job = readings.foreachPartitionAsync(all -> store(all))}. */
    public final JobFuture<Void> foreachPartitionAsync(Action<Iterator<T>> action) {
        context.function(action, "foreachPartition");
        return context.jobs()
                .submit("foreachPartition", lineage, new Actions.ForEachPartition<>(action))
                .map(Rdd::nothing);
    }

    /**
     * Runs a function on each partition and returns what it makes of them, in order: {@code lines.runOnPartitions((all,
     * task) -> task.partition())}. Actions are made of this.
     */
    public final <U> List<U> runOnPartitions(PartitionFn<? super T, ? extends U> function) {
        context.function(function, "runOnPartitions");
        return context.jobs().run("runOnPartitions", lineage, function);
    }

    /**
     * Writes each element as a line of text in UTF-8, one file per partition. The directory must not exist or be empty.
     * The files appear in it when all are complete, and {@code _SUCCESS} after them; a save that fails leaves nothing.
     * A program that is killed leaves the directory {@code _temporary} in it and no {@code _SUCCESS}.
     */
    public final void saveAsTextFile(String directory) {
        saveAsTextFile(directory, Compression.NONE);
    }

    /**
     * The same with compressed files, {@code part-00000.zst} for one; {@link CapstanContext#textFile} reads them by
     * their names.
     *
     * <pre>{@code
     * lines.saveAsTextFile("out", Compression.ZSTD);
     * }</pre>
     */
    public final void saveAsTextFile(String directory, Compression compression) {
        Checks.given(compression, "saveAsTextFile", "a compression");
        DirectoryOutput.save("saveAsTextFile", this, directory, new TextFormat<T>(compression));
    }

    /**
     * Writes the elements so that {@link CapstanContext#objectFile} reads the same ones again, in the same partitions;
     * all that may travel between executors may be saved: records, nulls, collections, serializable objects. The
     * directory must not exist or be empty. The files appear in it when all are complete, and {@code _SUCCESS} after
     * them.
     *
     * <pre>{@code
     * points.saveAsObjectFile("points");
     * Rdd<Point> again = context.objectFile("points");
     * }</pre>
     *
     * <p>The files are read by the same version of Capstan, with classes that have the same fields; they are for what a
     * program puts aside, not for an archive.
     */
    public final void saveAsObjectFile(String directory) {
        DirectoryOutput.save("saveAsObjectFile", this, directory, new ObjectFormat<T>());
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
}
