package dev.capstan.engine.lineage;

import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The same elements, in a stage whose tasks take so much of an executor. */
public final class WithResources<T> extends Lineage<T> implements Shareable {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable Resources perTask;

    public WithResources(Origin origin, Lineage<T> parent, Resources perTask) {
        super(
                origin,
                parent.partitionCount(),
                List.of(new NarrowDependency.OneToOne<>(parent)),
                parent.partitioner().orElse(null));
        this.perTask = perTask;
    }

    /** What a task of the stage of this dataset needs: of all that was asked for within it the most of each kind. */
    public static Optional<Resources> of(Lineage<?> root) {
        return LineageWalk.parentsFirst(root).stream()
                .filter(WithResources.class::isInstance)
                .flatMap(node -> Optional.ofNullable(((WithResources<?>) node).perTask).stream())
                .reduce(WithResources::most);
    }

    private static Resources most(Resources left, Resources right) {
        Map<String, Long> named = new HashMap<>(left.named());
        right.named().forEach((name, amount) -> named.merge(name, amount, Math::max));
        return new Resources(
                Math.max(left.milliCpus(), right.milliCpus()),
                Math.max(left.memoryBytes(), right.memoryBytes()),
                named);
    }

    @Override
    protected Iterator<T> compute(int partition, TaskContext task) {
        return this.<T>parent(0).iterate(partition, task);
    }
}
