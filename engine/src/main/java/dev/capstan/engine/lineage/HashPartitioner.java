package dev.capstan.engine.lineage;

import dev.capstan.engine.pipeline.KeyHash;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

/**
 * By the key's {@link KeyHash#code}, the same in every process; null goes to partition 0. Arrays and classes that do
 * not override {@code hashCode} are refused.
 */
public record HashPartitioner(int partitions) implements Partitioner, Shareable {
    public HashPartitioner {
        if (partitions < 1) {
            throw new IllegalArgumentException("a partitioner needs at least 1 partition, not " + partitions);
        }
    }

    @Override
    public int partitionOf(@Nullable Object key) {
        return key instanceof String text
                ? Math.floorMod(text.hashCode(), partitions)
                : Math.floorMod(KeyHash.code(key), partitions);
    }
}
