package dev.capstan.driver.dag;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.storage.KeptBlock;
import dev.capstan.engine.storage.StorageLevel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Which executors hold which cached partitions. */
final class CacheLocations {
    private final TreeMap<DatasetId, TreeMap<Integer, LinkedHashMap<ExecutorId, Copy>>> holders = new TreeMap<>();

    /** A cached partition on one executor. */
    record Copy(String host, long memoryBytes, long diskBytes, StorageLevel level) {}

    /** Returns those that the executor did not hold before. */
    List<KeptBlock> kept(ExecutorId executor, String host, List<KeptBlock> blocks) {
        List<KeptBlock> fresh = new ArrayList<>();
        for (KeptBlock kept : blocks) {
            if (kept.block() instanceof BlockId.CachedPartition(var dataset, var partition)) {
                Copy before =
                        holders.computeIfAbsent(dataset, _ -> new TreeMap<>())
                                .computeIfAbsent(partition, _ -> new LinkedHashMap<>())
                                .put(executor, new Copy(host, kept.memoryBytes(), kept.diskBytes(), kept.level()));
                if (before == null) {
                    fresh.add(kept);
                }
            }
        }
        return fresh;
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

    /** Returns what it held. */
    Set<BlockId.CachedPartition> executorGone(ExecutorId executor) {
        Set<BlockId.CachedPartition> held = new LinkedHashSet<>();
        holders.forEach((dataset, partitions) -> {
            partitions.forEach((partition, at) -> {
                if (at.remove(executor) != null) {
                    held.add(new BlockId.CachedPartition(dataset, partition));
                }
            });
            partitions.values().removeIf(Map::isEmpty);
        });
        return held;
    }

    /** Those that have fewer copies than they are to have. */
    List<BlockId.CachedPartition> wantingCopies() {
        List<BlockId.CachedPartition> wanting = new ArrayList<>();
        holders.forEach((dataset, partitions) ->
                partitions.forEach((partition, at) -> {
                    if (at.size() < at.firstEntry().getValue().level().copies()) {
                        wanting.add(new BlockId.CachedPartition(dataset, partition));
                    }
                }));
        return wanting;
    }

    void forget(DatasetId dataset) {
        holders.remove(dataset);
    }

    boolean complete(StagePlan.PersistentDataset dataset) {
        var partitions = holders.get(dataset.id());
        return partitions != null && partitions.size() == dataset.partitions();
    }

    /** What is kept of each dataset, all copies counted. */
    List<DagView.CacheLine> lines() {
        List<DagView.CacheLine> lines = new ArrayList<>();
        holders.forEach((dataset, partitions) -> {
            long memory = 0;
            long disk = 0;
            int count = 0;
            for (var copies : partitions.values()) {
                count += copies.size();
                for (Copy copy : copies.values()) {
                    memory += copy.memoryBytes;
                    disk += copy.diskBytes;
                }
            }
            if (!partitions.isEmpty()) {
                lines.add(new DagView.CacheLine(dataset, partitions.size(), count, memory, disk));
            }
        });
        return lines;
    }

    /** Executors that hold the partition, the first holder first. */
    Map<ExecutorId, Copy> holders(BlockId.CachedPartition block) {
        var partitions = holders.get(block.dataset());
        return partitions == null ? Map.of() : partitions.getOrDefault(block.partition(), new LinkedHashMap<>());
    }

    private static LinkedHashMap<ExecutorId, Copy> without(LinkedHashMap<ExecutorId, Copy> at, ExecutorId executor) {
        at.remove(executor);
        return at.isEmpty() ? null : at;
    }
}
