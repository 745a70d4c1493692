package dev.capstan.engine.accumulator;

import dev.capstan.engine.id.AccumulatorId;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

import java.io.Serial;
import java.util.Objects;

/**
 * A sum that tasks add to and the driver reads.
 *
 * <pre>{@code
 * LongAccumulator broken = context.longAccumulator("broken lines");
 * long good = lines.filter(line -> {
 *     if (line.isBlank()) {
 *         broken.add(1);
 *         return false;
 *     }
 *     return true;
 * }).count();
 * System.out.println(good + " good lines, " + broken.value() + " broken ones");
 * }</pre>
 *
 * <p><b>Each once.</b> What the tasks of an action add counts once for each partition, and so does what the tasks add
 * that write a shuffle, however often a task fails, is run twice for speed, or is run again because its output was
 * lost. Another action that computes the dataset again adds again; datasets that are kept are not computed again. So
 * does the job by which {@code sortBy} and {@code sortByKey} look at some or all of the elements, when they are called.
 *
 * <p>Tasks add in the thread that runs them. They cannot read: each knows its own part only.
 */
public sealed class Accumulator<T, R> implements Shareable permits LongAccumulator, DoubleAccumulator {
    private static final long serialVersionUID = 1L;

    private final AccumulatorId id;
    private final String name;
    private final Accumulation<T, ?, R> accumulation;

    /** The driver's side; null in tasks. */
    private final transient @Nullable Total<T, ?, R> total;

    /**
     * Use {@link Accumulators}.
     *
     * @param total null for the side of tasks
     */
    Accumulator(AccumulatorId id, String name, Accumulation<T, ?, R> accumulation, @Nullable Total<T, ?, R> total) {
        this.id = Objects.requireNonNull(id, "id");
        this.name = Objects.requireNonNull(name, "name");
        this.accumulation = Objects.requireNonNull(accumulation, "accumulation");
        this.total = total;
    }

    public final AccumulatorId id() {
        return id;
    }

    /** Empty if it was given none. */
    public final String name() {
        return name;
    }

    /** Adds the element: in a task to the task's part, in the driver to the total. */
    public final void add(T element) {
        Tally tally = Tally.current();
        if (tally != null) {
            tally.add(this, element);
        } else {
            driversSide("add").add(element);
        }
    }

    /**
     * The total of all that has counted so far. When an action returns, what its tasks have added is in it.
     *
     * @throws IllegalStateException within a task
     */
    public final R value() {
        return driversSide("value").value();
    }

    /** Back to nothing; what still runs adds to it afterwards. */
    public final void reset() {
        driversSide("reset").reset();
    }

    /** Whether nothing has counted since it was made or reset. */
    public final boolean isZero() {
        return driversSide("isZero").isZero();
    }

    final Accumulation<T, ?, R> accumulation() {
        return accumulation;
    }

    final Total<T, ?, R> driversSide(String method) {
        if (Tally.current() != null) {
            throw new IllegalStateException(
                    method
                            + "() of "
                            + this
                            + " was called within a task, which only knows its own part; tasks may add, and the driver"
                            + " reads the value after the action");
        }
        if (total == null) {
            throw new IllegalStateException(
                    method + "() of " + this + " was called on a thread of an executor that runs no task");
        }
        return total;
    }

    /** What travels; the kinds that have methods of their own come back as what they are. */
    @Serial
    protected final Object writeReplace() {
        return new Part<>(id, name, accumulation);
    }

    private record Part<T, R>(AccumulatorId id, String name, Accumulation<T, ?, R> accumulation) implements Shareable {
        @Serial
        private Object readResolve() {
            return switch (accumulation) {
                case LongAccumulator.Kind _ -> new LongAccumulator(id, name, null);
                case DoubleAccumulator.Kind _ -> new DoubleAccumulator(id, name, null);
                default -> new Accumulator<>(id, name, accumulation, null);
            };
        }
    }

    @Override
    public final String toString() {
        return name.isEmpty() ? id.toString() : "accumulator '" + name + "'";
    }
}
