package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Each element of one with each of the other; a partition for each two partitions.
 *
 * <p>A partition of the right side need not fit in memory: it is computed again for each run of elements of the left
 * side. Runs are long, so that this happens seldom.
 */
public final class Cartesian<A, B> extends Lineage<Pair<A, B>> implements Shareable {
    private static final long serialVersionUID = 1L;

    /** Elements of the left side that are held in memory. */
    private static final int RUN = 4_096;

    public Cartesian(Origin origin, Lineage<A> left, Lineage<B> right) {
        super(
                origin,
                Math.multiplyExact(left.partitionCount(), right.partitionCount()),
                List.of(
                        new NarrowDependency.Quotient<>(left, Math.max(1, right.partitionCount())),
                        new NarrowDependency.Remainder<>(right)),
                null);
    }

    @Override
    protected Iterator<Pair<A, B>> compute(int partition, TaskContext task) {
        Lineage<A> left = parent(0);
        Lineage<B> right = parent(1);
        int rights = right.partitionCount();
        return new KillableIterator<>(
                new Products<>(left.iterate(partition / rights, task), () -> right.iterate(partition % rights, task)),
                task);
    }

    /** What gives a partition of the right side anew. */
    private interface Again<B> {
        Iterator<B> iterator();
    }

    private static final class Products<A, B> implements Iterator<Pair<A, B>> {
        private final Iterator<A> lefts;
        private final Again<B> again;
        private final List<A> run = new ArrayList<>();
        private Iterator<B> rights = none();
        private @Nullable B right;
        private boolean some;
        private int next;

        Products(Iterator<A> lefts, Again<B> again) {
            this.lefts = lefts;
            this.again = again;
        }

        @Override
        public boolean hasNext() {
            while (!some || next == run.size()) {
                if (!rights.hasNext()) {
                    if (!lefts.hasNext()) {
                        return false;
                    }
                    fill();
                    rights = again.iterator();
                    some = false;
                    if (!rights.hasNext()) {
                        return false; // nor will there be any the next time
                    }
                }
                right = rights.next();
                some = true;
                next = 0;
            }
            return true;
        }

        private void fill() {
            run.clear();
            while (run.size() < RUN && lefts.hasNext()) {
                run.add(lefts.next());
            }
        }

        @Override
        @SuppressWarnings("NullAway") // an element may be null; whether there is one is told by `some`
        public Pair<A, B> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return new Pair<>(run.get(next++), right);
        }
    }
}
