package dev.capstan.engine.lineage;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.pipeline.FastPath;
import dev.capstan.engine.pipeline.Sink;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.engine.task.Sneaky;
import dev.capstan.engine.task.SourceSlice;
import dev.capstan.engine.task.TaskContext;

import org.jspecify.annotations.Nullable;

import java.io.Serial;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One dataset of a program: how many partitions it has, which datasets it is computed from, and how.
 *
 * <p>A node is made in the driver and travels to executors with the stages that compute it. It never changes, its name
 * and storage level excepted, which only the driver sets. Fields that executors do not need are transient.
 *
 * <p>Users may write their own: extend this class, give the parents to the constructor and implement {@link #compute}.
 * Let it implement {@link dev.capstan.kernel.serialization.Shareable} if computing changes none of its fields.
 */
public abstract class Lineage<T> implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final Dependency<?>[] NONE = {};

    private final Origin origin;
    private final int partitionCount;
    private volatile Dependency<?>[] dependencies;
    private final @Nullable Partitioner partitioner;
    private volatile @Nullable String name;
    private volatile StorageLevel storageLevel = StorageLevel.NONE;
    private transient volatile int narrowDepth;
    private transient volatile int deepestStage;

    /** In the driver, where the elements come from since the lineage was cut here. */
    private transient volatile @Nullable Lineage<T> cutBy;

    /**
     * @param partitioner by which keys lie where they lie; null if nothing is known of it
     */
    protected Lineage(
            Origin origin,
            int partitionCount,
            List<? extends Dependency<?>> dependencies,
            @Nullable Partitioner partitioner) {
        this.origin = Objects.requireNonNull(origin, "origin");
        this.partitionCount = partitionCount;
        this.partitioner = partitioner;
        this.dependencies = dependencies.isEmpty() ? NONE : dependencies.toArray(NONE);
        if (partitionCount < 0) {
            throw new IllegalArgumentException("a dataset cannot have " + partitionCount + " partitions");
        }
        int narrow = 1;
        int deepest = 1;
        for (Dependency<?> dependency : this.dependencies) {
            Lineage<?> parent = dependency.parent();
            deepest = Math.max(deepest, parent.deepestStage);
            if (dependency instanceof NarrowDependency<?>) {
                narrow = Math.max(narrow, parent.narrowDepth + 1);
            }
        }
        narrowDepth = narrow;
        deepestStage = Math.max(deepest, narrow);
    }

    public final DatasetId id() {
        return origin.id();
    }

    public final Origin origin() {
        return origin;
    }

    /** The name that the user gave, otherwise the operator that made it. */
    public final String name() {
        String given = name;
        return given == null ? origin.operator() : given;
    }

    /** For the driver. */
    public final void rename(String newName) {
        name = Objects.requireNonNull(newName, "name");
    }

    /** Which dataset, for people: {@code the dataset 'map' (id 3, WordCount.java:23)}. */
    public final String label() {
        return "the dataset '" + name() + "' (id " + id().number() + ", " + origin.callSite() + ")";
    }

    public final int partitionCount() {
        return partitionCount;
    }

    public final List<Dependency<?>> dependencies() {
        return List.of(dependencies);
    }

    /** Without a copy, for walks; nobody changes it. */
    Dependency<?>[] dependencyArray() {
        return dependencies;
    }

    /** The parent of a dataset that has one narrow dependency. */
    @SuppressWarnings("unchecked")
    protected final <P> Lineage<P> parent(int dependency) {
        return (Lineage<P>) dependencies[dependency].parent();
    }

    public final Optional<Partitioner> partitioner() {
        return Optional.ofNullable(partitioner);
    }

    public final StorageLevel storageLevel() {
        return storageLevel;
    }

    /** For the driver: stages that are encoded from now on keep, or no longer keep, what they compute of it. */
    public final void store(StorageLevel level) {
        storageLevel = Objects.requireNonNull(level, "level");
    }

    /**
     * For the driver: from now on the elements come from there and not from what this dataset was computed from, which
     * is let go. Stages that were planned before are not affected.
     */
    public final void cut(Lineage<T> source) {
        if (source.partitionCount != partitionCount) {
            throw new IllegalArgumentException(
                    label() + " has " + partitionCount + " partitions, but " + source.partitionCount + " were kept");
        }
        dependencies = new Dependency<?>[] {new NarrowDependency.OneToOne<>(source)};
        narrowDepth = source.narrowDepth + 1;
        deepestStage = narrowDepth;
        cutBy = source;
    }

    /** What it was cut by, in the driver. */
    public final Optional<Lineage<T>> cutBy() {
        return Optional.ofNullable(cutBy);
    }

    /** Of a dataset that was cut, executors need neither the functions nor what they refer to. */
    @Serial
    protected final Object writeReplace() {
        Lineage<T> source = cutBy;
        if (source == null) {
            return this;
        }
        var stub = new Truncated<>(origin, source, partitioner);
        stub.rename(name());
        stub.store(storageLevel);
        return stub;
    }

    /** How many datasets follow one another from the last shuffle or source to this one, itself included. */
    public final int narrowDepth() {
        return narrowDepth;
    }

    /** The greatest {@link #narrowDepth} of this dataset and all that it comes from. */
    public final int deepestStage() {
        return deepestStage;
    }

    /**
     * Whether this has pairs, and in each partition they come in the order of {@link
     * dev.capstan.engine.pipeline.KeyHash}, each key once.
     */
    protected boolean inHashOrder() {
        return false;
    }

    /**
     * The same computation for about so many elements of each partition of its source, each with the same chance: for a
     * look at what the elements are like. Asked in the driver.
     *
     * @return nothing if leaving elements out would not spare computing them
     */
    public final Optional<Lineage<T>> thinned(int perPartition) {
        return storageLevel.keepsNothing() && cutBy == null ? thin(perPartition) : Optional.empty();
    }

    /** See {@link #thinned}; a dataset that computes its elements one by one from those of its parent passes it on. */
    protected Optional<Lineage<T>> thin(int perPartition) {
        return Optional.empty();
    }

    /** Hosts where computing this partition is cheap, best first. Asked in the driver. */
    public List<String> preferredHosts(int partition) {
        return List.of();
    }

    /** Data that travels to the executor with the task of this partition. Asked in the driver. */
    public Optional<SourceSlice> slice(int partition) {
        return Optional.empty();
    }

    /** The elements of a partition, computed while they are taken. Runs on an executor, within a task. */
    protected abstract Iterator<T> compute(int partition, TaskContext task) throws Exception;

    /** The elements of a partition: from the block store if the dataset is kept there, else computed. */
    public final Iterator<T> iterate(int partition, TaskContext task) {
        task.checkKilled();
        try {
            if (storageLevel.keepsNothing()) {
                return compute(partition, task);
            }
            Iterator<T> kept =
                    task.blocks()
                            .getOrCompute(
                                    new BlockId.CachedPartition(id(), partition),
                                    storageLevel,
                                    task::checkKilled,
                                    task::onCompletion,
                                    () -> compute(partition, task));
            return new KillableIterator<>(kept, task);
        } catch (Exception e) {
            throw Sneaky.rethrow(e);
        }
    }

    /**
     * Gives the elements of a partition to the sink: the same ones in the same order as {@link #compute}. Worth
     * overriding where giving costs less than being asked.
     */
    protected void push(int partition, TaskContext task, Sink<? super T> sink) throws Exception {
        Iterator<T> elements = compute(partition, task);
        while (elements.hasNext()) {
            sink.accept(elements.next());
        }
    }

    /**
     * Gives the elements of a partition to the sink: from the block store if the dataset is kept there, else computed.
     */
    public final void drain(int partition, TaskContext task, Sink<? super T> sink) throws Exception {
        if (storageLevel.keepsNothing() && task.pipelines().take(FastPath.FUSED)) {
            task.checkKilled();
            push(partition, task, sink);
        } else {
            Iterator<T> elements = iterate(partition, task);
            while (elements.hasNext()) {
                sink.accept(elements.next());
            }
        }
    }

    /** An iterator without elements. */
    protected static <E> Iterator<E> none() {
        return Collections.emptyIterator();
    }

    /** Two nodes are never equal, and comparing must not walk the lineage. */
    @Override
    public final boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public final int hashCode() {
        return origin.id().hashCode();
    }

    @Override
    public String toString() {
        return name() + " " + id() + " at " + origin.callSite() + " [" + partitionCount + "]";
    }
}
