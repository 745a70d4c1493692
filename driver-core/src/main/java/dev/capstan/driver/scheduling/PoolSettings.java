package dev.capstan.driver.scheduling;

import dev.capstan.driver.scheduling.SchedulingConfig.OrderMode;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The pools of the fair order, by name. A pool that is not among them exists as soon as a job names it. */
public record PoolSettings(List<Pool> pools) {
    /** No pool is set up; each that is named gets {@link Pool#unset}. */
    public static final PoolSettings NONE = new PoolSettings(List.of());

    public PoolSettings {
        pools = List.copyOf(pools);
        var names = new ArrayList<String>();
        for (Pool pool : pools) {
            if (names.contains(pool.name)) {
                throw new IllegalArgumentException("pool " + pool.name + " is set up twice");
            }
            names.add(pool.name);
        }
    }

    /** What is set for this name, or the default. */
    public Pool named(String name) {
        for (Pool pool : pools) {
            if (pool.name.equals(name)) {
                return pool;
            }
        }
        return Pool.unset(name);
    }

    /**
     * One pool.
     *
     * @param name that jobs give
     * @param weight its share relative to other pools
     * @param minShare cores that it gets before others get their share by weight
     * @param order of the task sets within it
     */
    public record Pool(String name, int weight, int minShare, OrderMode order) {
        public Pool {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(order, "order");
            if (weight < 1) {
                throw new IllegalArgumentException(
                        "weight of pool " + name + " is " + weight + " but must be at least 1");
            }
            if (minShare < 0) {
                throw new IllegalArgumentException(
                        "minShare of pool " + name + " is " + minShare + " but must not be negative");
            }
        }

        public static Pool unset(String name) {
            return new Pool(name, 1, 0, OrderMode.FIFO);
        }
    }
}
