package dev.capstan.driver.backend;

import dev.capstan.kernel.resource.Resources;

import java.util.List;
import java.util.TreeMap;

/**
 * What the application could use at this moment: the backend converges on it as far as its limits allow. Each demand
 * replaces the one before.
 */
public record Demand(List<Wanted> wanted) {
    public static final Demand NONE = new Demand(List.of());

    public Demand {
        wanted = List.copyOf(wanted);
    }

    /**
     * @param perTask what one task takes
     * @param tasks how many run or wait
     * @param preferredHosts how many of them would rather run on a host
     */
    public record Wanted(Resources perTask, long tasks, TreeMap<String, Integer> preferredHosts) {
        public Wanted {
            preferredHosts = new TreeMap<>(preferredHosts);
        }
    }
}
