package dev.capstan.driver.dag;

import dev.capstan.driver.scheduling.Preference;
import dev.capstan.driver.scheduling.TaskSet;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.task.SourceSlice;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What differs from task to task of one attempt.
 *
 * @param byPartition preferences as they were when the attempt was submitted, because what is cached changes
 */
record StageTasks(StagePlan.Inputs inputs, Map<Integer, List<Preference>> byPartition) implements TaskSet.Tasks {
    static StageTasks of(StagePlan.Inputs inputs, int[] partitions, CacheLocations cache) {
        var preferences = new TreeMap<Integer, List<Preference>>();
        if (inputs.choosy()) {
            for (int partition : partitions) {
                preferences.put(partition, preferences(inputs, partition, cache));
            }
        }
        return new StageTasks(inputs, preferences);
    }

    private static List<Preference> preferences(StagePlan.Inputs inputs, int partition, CacheLocations cache) {
        List<Preference> preferences = new ArrayList<>();
        for (BlockId.CachedPartition block : inputs.cached(partition)) {
            cache.holders(block)
                    .forEach((executor, copy) -> preferences.add(new Preference.OnExecutor(executor, copy.host())));
            if (!preferences.isEmpty()) {
                return preferences; // what lies behind a cached partition is not read
            }
        }
        inputs.hosts(partition).forEach(host -> preferences.add(new Preference.OnHost(host)));
        return preferences;
    }

    @Override
    public List<SourceSlice> slices(int partition) {
        return inputs.slices(partition);
    }

    @Override
    public List<Preference> preferences(int partition) {
        return byPartition.getOrDefault(partition, List.of());
    }
}
