package dev.capstan.driver.dag;

import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.task.ShuffleInputs;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Where the map outputs of one shuffle lie, as far as the driver knows. */
final class MapOutputs {
    private final @Nullable ExecutorId[] locations;
    private int known;

    MapOutputs(int maps) {
        locations = new @Nullable ExecutorId[maps];
    }

    int known() {
        return known;
    }

    boolean has(int map) {
        return locations[map] != null;
    }

    boolean isAt(int map, ExecutorId executor) {
        return executor.equals(locations[map]);
    }

    void put(int map, ExecutorId executor) {
        if (locations[map] == null) {
            known++;
        }
        locations[map] = executor;
    }

    /** Forgets one output if it is still thought to be there. */
    void lose(int map, ExecutorId executor) {
        if (isAt(map, executor)) {
            locations[map] = null;
            known--;
        }
    }

    void clear() {
        Arrays.fill(locations, null);
        known = 0;
    }

    /** Forgets all outputs of an executor. */
    boolean loseAll(ExecutorId executor) {
        int before = known;
        for (int map = 0; map < locations.length; map++) {
            lose(map, executor);
        }
        return known != before;
    }

    ShuffleInputs inputs(ShuffleId shuffle) {
        return new ShuffleInputs(shuffle, snapshot());
    }

    List<@Nullable ExecutorId> snapshot() {
        return Collections.unmodifiableList(Arrays.asList(locations.clone()));
    }
}
