package dev.capstan.engine.accumulator;

import dev.capstan.engine.id.AccumulatorId;
import dev.capstan.kernel.serialization.Serializer;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The accumulators of a driver, each as long as the program refers to it. Used by any thread. */
public final class Accumulators {
    private final Serializer serializer;
    private final ClassLoader loader;
    private final AtomicLong next = new AtomicLong();
    private final Map<AccumulatorId, Known> known = new ConcurrentHashMap<>();
    private final ReferenceQueue<Total<?, ?, ?>> unreachable = new ReferenceQueue<>();

    private static final class Known extends WeakReference<Total<?, ?, ?>> {
        final AccumulatorId id;

        Known(AccumulatorId id, Total<?, ?, ?> total, ReferenceQueue<Total<?, ?, ?>> queue) {
            super(total, queue);
            this.id = id;
        }
    }

    public Accumulators(Serializer serializer, ClassLoader loader) {
        this.serializer = Objects.requireNonNull(serializer, "serializer");
        this.loader = Objects.requireNonNull(loader, "loader");
    }

    public LongAccumulator ofLongs(String name) {
        AccumulatorId id = newId();
        return new LongAccumulator(id, name, total(id, name, LongAccumulator.Kind.INSTANCE));
    }

    public DoubleAccumulator ofDoubles(String name) {
        AccumulatorId id = newId();
        return new DoubleAccumulator(id, name, total(id, name, DoubleAccumulator.Kind.INSTANCE));
    }

    public <T> Accumulator<T, List<T>> ofElements(String name) {
        return of(name, new Collected<>());
    }

    public <T, S, R> Accumulator<T, R> of(String name, Accumulation<T, S, R> accumulation) {
        AccumulatorId id = newId();
        return new Accumulator<>(id, name, accumulation, total(id, name, accumulation));
    }

    private AccumulatorId newId() {
        return new AccumulatorId(next.getAndIncrement());
    }

    private <T, S, R> Total<T, S, R> total(AccumulatorId id, String name, Accumulation<T, S, R> accumulation) {
        for (Reference<?> gone = unreachable.poll(); gone != null; gone = unreachable.poll()) {
            known.remove(((Known) gone).id);
        }
        String label = name.isEmpty() ? id.toString() : "accumulator '" + name + "'";
        var total = new Total<>(label, accumulation, serializer, loader);
        known.put(id, new Known(id, total, unreachable));
        return total;
    }

    /** Counts what a task has added; of accumulators that nobody can read any more, nothing. Never runs user code. */
    public void arrive(List<AccumulatorUpdate> updates) {
        for (AccumulatorUpdate update : updates) {
            Known found = known.get(update.id());
            Total<?, ?, ?> total = found == null ? null : found.get();
            if (total != null) {
                total.arrive(update.state());
            }
        }
    }
}
