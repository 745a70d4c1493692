package dev.capstan.engine.lineage;

import dev.capstan.engine.function.FlatFn;
import dev.capstan.engine.pipeline.Several;
import dev.capstan.engine.pipeline.Sink;
import dev.capstan.engine.task.Sneaky;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** All elements that a function makes of each. */
public final class FlatMapped<T, R> extends Lineage<R> implements Shareable {
    private static final long serialVersionUID = 1L;

    private final FlatFn<? super T, ? extends R> function;

    /**
     * @param partitioner what is still known of the keys, if the function leaves them alone
     */
    public FlatMapped(
            Origin origin,
            Lineage<T> parent,
            FlatFn<? super T, ? extends R> function,
            @Nullable Partitioner partitioner) {
        super(origin, parent.partitionCount(), List.of(new NarrowDependency.OneToOne<>(parent)), partitioner);
        this.function = function;
    }

    @Override
    protected Optional<Lineage<R>> thin(int perPartition) {
        return this.<T>parent(0).thinned(perPartition).map(less -> new FlatMapped<>(origin(), less, function, null));
    }

    @Override
    protected Iterator<R> compute(int partition, TaskContext task) {
        return new KillableIterator<>(new Elements<T, R>(this.<T>parent(0).iterate(partition, task), function), task);
    }

    @Override
    protected void push(int partition, TaskContext task, Sink<? super R> sink) throws Exception {
        this.<T>parent(0).drain(partition, task, task.pipelines().flatMap(function, task::checkKilled, sink));
    }

    private static final class Elements<T, R> implements Iterator<R> {
        private final Iterator<T> from;
        private final FlatFn<? super T, ? extends R> function;
        private Iterator<? extends R> current = Collections.emptyIterator();

        Elements(Iterator<T> from, FlatFn<? super T, ? extends R> function) {
            this.from = from;
            this.function = function;
        }

        @Override
        public boolean hasNext() {
            try {
                while (!current.hasNext()) {
                    if (!from.hasNext()) {
                        return false;
                    }
                    current = Several.given(function.apply(from.next()), "flatMap").iterator();
                }
                return true;
            } catch (Exception e) {
                throw Sneaky.rethrow(e);
            }
        }

        @Override
        public R next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return current.next();
        }
    }
}
