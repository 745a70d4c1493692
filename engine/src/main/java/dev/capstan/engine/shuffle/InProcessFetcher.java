package dev.capstan.engine.shuffle;

import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Reads from stores of the same process. */
public final class InProcessFetcher implements ShuffleFetcher {
    private final Function<ExecutorId, Optional<ShuffleStore>> stores;

    /**
     * @param stores the store of each executor that lives
     */
    public InProcessFetcher(Function<ExecutorId, Optional<ShuffleStore>> stores) {
        this.stores = Objects.requireNonNull(stores, "stores");
    }

    @Override
    public List<ShuffleBlock> fetch(
            ExecutorId from,
            ShuffleId shuffle,
            int[] mapPartitions,
            int firstSlice,
            int endSlice,
            Consumer<Runnable> atEnd) {
        ShuffleStore store =
                stores.apply(from)
                        .orElseThrow(() ->
                                new FetchFailedException(
                                        shuffle, mapPartitions[0], from, "executor " + from + " is gone"));
        List<ShuffleBlock> blocks = new ArrayList<>(mapPartitions.length);
        for (int mapPartition : mapPartitions) {
            blocks.add(
                    store.read(shuffle, mapPartition, firstSlice, endSlice)
                            .orElseThrow(() ->
                                    new FetchFailedException(
                                            shuffle,
                                            mapPartition,
                                            from,
                                            "executor " + from + " does not have the map output")));
        }
        return blocks;
    }
}
