package dev.capstan.engine.accumulator;

import dev.capstan.engine.id.AccumulatorId;
import dev.capstan.kernel.serialization.SerializationException;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** What one attempt at a task has added, by accumulator; of the task's thread. Most tasks have none, few have many. */
public final class Tally {
    private static final ScopedValue<Tally> CURRENT = ScopedValue.newInstance();

    private final List<Line> lines = new ArrayList<>(0);
    private @Nullable Line last;

    private static final class Line {
        final AccumulatorId id;
        final String name;
        final Accumulation<Object, Object, ?> accumulation;
        Object state;

        Line(AccumulatorId id, String name, Accumulation<Object, Object, ?> accumulation) {
            this.id = id;
            this.name = name;
            this.accumulation = accumulation;
            this.state = accumulation.zero();
        }
    }

    /** The tally of the task that this thread runs, or null. */
    static @Nullable Tally current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    /** Runs the body of a task, which adds up here. */
    public ScopedValue.Carrier bind(ScopedValue.Carrier task) {
        return task.where(CURRENT, this);
    }

    /** A carrier that binds this tally only. */
    public ScopedValue.Carrier bind() {
        return ScopedValue.where(CURRENT, this);
    }

    void add(Accumulator<?, ?> accumulator, Object element) {
        Line line = line(accumulator);
        line.state = line.accumulation.add(line.state, element);
    }

    /** The state of one whose additions change it in place. */
    Object state(Accumulator<?, ?> accumulator) {
        return line(accumulator).state;
    }

    private Line line(Accumulator<?, ?> accumulator) {
        Line recent = last;
        if (recent != null && recent.id.number() == accumulator.id().number()) {
            return recent;
        }
        Line found = find(accumulator);
        last = found;
        return found;
    }

    @SuppressWarnings("unchecked") // the accumulator's own methods see that elements are of its type
    private Line find(Accumulator<?, ?> accumulator) {
        for (Line line : lines) {
            if (line.id.equals(accumulator.id())) {
                return line;
            }
        }
        var line =
                new Line(
                        accumulator.id(),
                        accumulator.name(),
                        (Accumulation<Object, Object, ?>) (Accumulation<?, ?, ?>) accumulator.accumulation());
        lines.add(line);
        return line;
    }

    /**
     * All that was added, ready to travel.
     *
     * @throws SerializationException naming the accumulator whose state cannot be serialized
     */
    public List<AccumulatorUpdate> updates(Serializer serializer) {
        if (lines.isEmpty()) {
            return List.of();
        }
        List<AccumulatorUpdate> updates = new ArrayList<>(lines.size());
        for (Line line : lines) {
            try {
                updates.add(new AccumulatorUpdate(line.id, line.name, serializer.serialize(line.state)));
            } catch (SerializationException e) {
                throw new SerializationException("what was added to " + label(line) + ": " + e.getMessage(), e);
            }
        }
        return List.copyOf(updates);
    }

    private static String label(Line line) {
        return line.name.isEmpty() ? line.id.toString() : "accumulator '" + line.name + "'";
    }
}
