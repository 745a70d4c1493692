package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Fn;
import dev.capstan.engine.pipeline.PairSteps;
import dev.capstan.engine.pipeline.Sink;
import dev.capstan.engine.task.Sneaky;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Each element through a function. */
public final class Mapped<T, R> extends Lineage<R> implements Shareable {
    private static final long serialVersionUID = 1L;

    private final Fn<? super T, ? extends R> function;

    /**
     * @param partitioner what is still known of the keys, if the function leaves them alone
     */
    public Mapped(
            Origin origin, Lineage<T> parent, Fn<? super T, ? extends R> function, @Nullable Partitioner partitioner) {
        super(origin, parent.partitionCount(), List.of(new NarrowDependency.OneToOne<>(parent)), partitioner);
        this.function = function;
    }

    @Override
    protected boolean inHashOrder() {
        return function instanceof PairSteps.MapValue<?, ?, ?> && parent(0).inHashOrder();
    }

    @Override
    protected Optional<Lineage<R>> thin(int perPartition) {
        return this.<T>parent(0).thinned(perPartition).map(less -> new Mapped<>(origin(), less, function, null));
    }

    @Override
    protected Iterator<R> compute(int partition, TaskContext task) {
        return new Elements<>(this.<T>parent(0).iterate(partition, task), function);
    }

    @Override
    protected void push(int partition, TaskContext task, Sink<? super R> sink) throws Exception {
        this.<T>parent(0).drain(partition, task, task.pipelines().map(function, sink));
    }

    private static final class Elements<T, R> implements Iterator<R> {
        private final Iterator<T> from;
        private final Fn<? super T, ? extends R> function;

        Elements(Iterator<T> from, Fn<? super T, ? extends R> function) {
            this.from = from;
            this.function = function;
        }

        @Override
        public boolean hasNext() {
            return from.hasNext();
        }

        @Override
        public R next() {
            try {
                return function.apply(from.next());
            } catch (Exception e) {
                throw Sneaky.rethrow(e);
            }
        }
    }
}
