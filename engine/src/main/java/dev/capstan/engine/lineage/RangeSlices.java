package dev.capstan.engine.lineage;

import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

/** Slices in the order of keys: each partition of a range partitioner is cut further, by the same sample. */
record RangeSlices(int perPartition) implements Slices, Shareable {
    /** As many slices for a partition as do some good with so many partitions. */
    static int each(int partitions) {
        return HashSlices.of(partitions).perPartition();
    }

    @Override
    public int sliceOf(@Nullable Object key, Partitioner partitioner) {
        return ((RangePartitioner<?>) partitioner).sliceOf(key, perPartition);
    }
}
