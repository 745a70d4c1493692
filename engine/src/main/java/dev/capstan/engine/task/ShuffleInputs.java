package dev.capstan.engine.task;

import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.List;

/**
 * Where the map outputs of one shuffle lie.
 *
 * @param locations by map partition; null where none is known, which the reader answers with a fetch failure
 */
public record ShuffleInputs(ShuffleId shuffle, List<@Nullable ExecutorId> locations) {
    public ShuffleInputs {
        locations = Collections.unmodifiableList(locations);
    }

    @Override
    public String toString() {
        return "ShuffleInputs[" + shuffle + ", " + locations.size() + " map outputs]";
    }
}
