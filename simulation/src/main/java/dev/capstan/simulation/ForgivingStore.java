package dev.capstan.simulation;

import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.memory.TaskMemory;
import dev.capstan.engine.shuffle.ShuffleBlock;
import dev.capstan.engine.shuffle.ShuffleStore;
import dev.capstan.engine.shuffle.ShuffleWriter;

import java.util.Optional;

/** A broken store: what is lost it gives out as empty, instead of saying that it is lost. */
final class ForgivingStore implements ShuffleStore {
    private final Optional<ShuffleStore> real;

    ForgivingStore(Optional<ShuffleStore> real) {
        this.real = real;
    }

    @Override
    public ShuffleWriter open(ShuffleId shuffle, int mapPartition, int slices, TaskMemory memory) {
        return real.orElseThrow().open(shuffle, mapPartition, slices, memory);
    }

    @Override
    public Optional<ShuffleBlock> read(ShuffleId shuffle, int mapPartition, int firstSlice, int endSlice) {
        var empty = ShuffleBlock.empty(mapPartition);
        return Optional.of(
                real.flatMap(store -> store.read(shuffle, mapPartition, firstSlice, endSlice)).orElse(empty));
    }

    @Override
    public void forget(ShuffleId shuffle) {
        real.ifPresent(store -> store.forget(shuffle));
    }

    @Override
    public void lose(ShuffleId shuffle, int mapPartition) {
        real.ifPresent(store -> store.lose(shuffle, mapPartition));
    }
}
