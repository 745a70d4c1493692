package dev.capstan.engine.accumulator;

import dev.capstan.engine.id.AccumulatorId;

import java.util.Objects;

/**
 * What one task has added to one accumulator, serialized; it travels with the outcome of the task.
 *
 * @param name for people, empty for none
 */
public record AccumulatorUpdate(AccumulatorId id, String name, byte[] state) {
    public AccumulatorUpdate {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(state, "state");
    }

    @Override
    public String toString() {
        return "AccumulatorUpdate[" + id + (name.isEmpty() ? "" : " '" + name + "'") + ", " + state.length + " bytes]";
    }
}
