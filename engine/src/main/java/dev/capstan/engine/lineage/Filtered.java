package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Predicate;
import dev.capstan.engine.pipeline.Sink;
import dev.capstan.engine.task.Sneaky;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** The elements that a predicate accepts. */
public final class Filtered<T> extends Lineage<T> implements Shareable {
    private static final long serialVersionUID = 1L;

    private final Predicate<? super T> accepts;

    public Filtered(Origin origin, Lineage<T> parent, Predicate<? super T> accepts) {
        super(
                origin,
                parent.partitionCount(),
                List.of(new NarrowDependency.OneToOne<>(parent)),
                parent.partitioner().orElse(null));
        this.accepts = accepts;
    }

    @Override
    protected boolean inHashOrder() {
        return parent(0).inHashOrder();
    }

    @Override
    protected Optional<Lineage<T>> thin(int perPartition) {
        return this.<T>parent(0).thinned(perPartition).map(less -> new Filtered<>(origin(), less, accepts));
    }

    @Override
    protected Iterator<T> compute(int partition, TaskContext task) {
        return new Elements<>(this.<T>parent(0).iterate(partition, task), accepts);
    }

    @Override
    protected void push(int partition, TaskContext task, Sink<? super T> sink) throws Exception {
        this.<T>parent(0).drain(partition, task, task.pipelines().filter(accepts, sink));
    }

    private static final class Elements<T> implements Iterator<T> {
        private final Iterator<T> from;
        private final Predicate<? super T> accepts;
        private boolean found;
        private @Nullable T next;

        Elements(Iterator<T> from, Predicate<? super T> accepts) {
            this.from = from;
            this.accepts = accepts;
        }

        @Override
        public boolean hasNext() {
            try {
                while (!found && from.hasNext()) {
                    T candidate = from.next();
                    if (accepts.test(candidate)) {
                        next = candidate;
                        found = true;
                    }
                }
                return found;
            } catch (Exception e) {
                throw Sneaky.rethrow(e);
            }
        }

        @Override
        @SuppressWarnings("NullAway") // an element may be null; whether there is one is told by `found`
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            T element = next;
            next = null;
            found = false;
            return element;
        }
    }
}
