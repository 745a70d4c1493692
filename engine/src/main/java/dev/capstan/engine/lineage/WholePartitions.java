package dev.capstan.engine.lineage;

import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

/** One slice for each partition. */
record WholePartitions() implements Slices, Shareable {
    @Override
    public int perPartition() {
        return 1;
    }

    @Override
    public int sliceOf(@Nullable Object key, Partitioner partitioner) {
        return partitioner.partitionOf(key);
    }
}
