package dev.capstan.engine.shuffle;

import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
    public List<Fetched> fetch(Wanted wanted, Reader reader) {
        List<Fetched> blocks = new ArrayList<>();
        wanted.mapPartitions()
                .forEach((from, mapPartitions) -> {
                    ShuffleStore store = store(from, wanted.shuffle(), mapPartitions.getFirst());
                    for (int mapPartition : mapPartitions) {
                        blocks.add(
                                new Fetched(
                                        from,
                                        store.read(
                                                        wanted.shuffle(),
                                                        mapPartition,
                                                        wanted.firstSlice(),
                                                        wanted.endSlice())
                                                .orElseThrow(() -> missing(from, wanted.shuffle(), mapPartition))));
                    }
                });
        return blocks;
    }

    private ShuffleStore store(ExecutorId executor, ShuffleId shuffle, int mapPartition) {
        return stores.apply(executor)
                .orElseThrow(() ->
                        new FetchFailedException(shuffle, mapPartition, executor, "executor " + executor + " is gone"));
    }

    static FetchFailedException missing(ExecutorId executor, ShuffleId shuffle, int mapPartition) {
        return new FetchFailedException(
                shuffle, mapPartition, executor, "executor " + executor + " does not have the map output");
    }
}
