package dev.capstan.driver.dag;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ExecutorId;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which executors hold which cached partitions. */
final class CacheLocations {
    private final TreeMap<DatasetId, TreeMap<Integer, LinkedHashMap<ExecutorId, String>>> holders = new TreeMap<>();

    void added(ExecutorId executor, String host, List<BlockId> blocks) {
        for (BlockId block : blocks) {
            if (block instanceof BlockId.CachedPartition(var dataset, var partition)) {
                holders.computeIfAbsent(dataset, _ -> new TreeMap<>())
                        .computeIfAbsent(partition, _ -> new LinkedHashMap<>())
                        .put(executor, host);
            }
        }
    }

    void removed(ExecutorId executor, List<BlockId> blocks) {
        for (BlockId block : blocks) {
            if (block instanceof BlockId.CachedPartition(var dataset, var partition)) {
                var partitions = holders.get(dataset);
                if (partitions != null) {
                    partitions.computeIfPresent(partition, (_, at) -> without(at, executor));
                }
            }
        }
    }

    void executorGone(ExecutorId executor) {
        for (var partitions : holders.values()) {
            partitions
                    .values()
                    .removeIf(at -> {
                        at.remove(executor);
                        return at.isEmpty();
                    });
        }
    }

    void forget(DatasetId dataset) {
        holders.remove(dataset);
    }

    boolean complete(StagePlan.PersistentDataset dataset) {
        var partitions = holders.get(dataset.id());
        return partitions != null && partitions.size() == dataset.partitions();
    }

    /** Executors that hold the partition, with their hosts, the first holder first. */
    Map<ExecutorId, String> holders(BlockId.CachedPartition block) {
        var partitions = holders.get(block.dataset());
        return partitions == null ? Map.of() : partitions.getOrDefault(block.partition(), new LinkedHashMap<>());
    }

    private static LinkedHashMap<ExecutorId, String> without(
            LinkedHashMap<ExecutorId, String> at, ExecutorId executor) {
        at.remove(executor);
        return at.isEmpty() ? null : at;
    }
}
