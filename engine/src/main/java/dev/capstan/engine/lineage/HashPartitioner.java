package dev.capstan.engine.lineage;

import dev.capstan.kernel.serialization.Shareable;
import org.jspecify.annotations.Nullable;

/** By the key's hash code; null goes to partition 0. */
public record HashPartitioner(int partitions) implements Partitioner, Shareable {
    public HashPartitioner {
        if (partitions < 1) {
            throw new IllegalArgumentException("a partitioner needs at least 1 partition, not " + partitions);
        }
    }

    @Override
    public int partitionOf(@Nullable Object key) {
        return key == null ? 0 : Math.floorMod(key.hashCode(), partitions);
    }
}
