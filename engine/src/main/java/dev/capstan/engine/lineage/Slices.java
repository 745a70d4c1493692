package dev.capstan.engine.lineage;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;

/**
 * How finely map outputs are cut: each reduce partition into as many slices, which its task works through one after
 * another. So what it has in its hands at a time fits into memory where the partition would not, and into the caches of
 * the processor, although there are few partitions.
 */
public sealed interface Slices extends Serializable permits HashSlices, RangeSlices, WholePartitions {
    /** How many slices a partition has. */
    int perPartition();

    /** The slice of a key of all slices, those of partition 0 first. */
    int sliceOf(@Nullable Object key, Partitioner partitioner);

    /** How many slices there are altogether. */
    default int count(Partitioner partitioner) {
        return partitioner.partitions() * perPartition();
    }
}
