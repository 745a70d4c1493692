package dev.capstan.engine.shuffle;

import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.memory.TaskMemory;

import java.util.Optional;

/** Keeps the map outputs of one executor. Used by all its tasks, and by those who read, at once. */
public interface ShuffleStore {
    /**
     * Begins the output of a map task; nobody sees any of it before it is committed.
     *
     * @param slices the finest pieces that anybody will ask for; a reduce partition is one of them or a few in a row
     * @param memory of the task that writes; what the writer holds it asks for here
     */
    ShuffleWriter open(ShuffleId shuffle, int mapPartition, int slices, TaskMemory memory);

    /**
     * A block of a committed output; empty if there is no such output here.
     *
     * @param firstSlice with which it begins
     * @param endSlice before which it ends
     */
    Optional<ShuffleBlock> read(ShuffleId shuffle, int mapPartition, int firstSlice, int endSlice);

    /** A block of one slice. */
    default Optional<ShuffleBlock> read(ShuffleId shuffle, int mapPartition, int slice) {
        return read(shuffle, mapPartition, slice, slice + 1);
    }

    /** Nobody will read this shuffle any more. An output of it that is committed later is thrown away too. */
    void forget(ShuffleId shuffle);

    /** Loses one map output, as a failing disk would. */
    void lose(ShuffleId shuffle, int mapPartition);
}
