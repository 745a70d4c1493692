package dev.capstan.engine.lineage;

import dev.capstan.engine.pipeline.KeyHash;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

/** Slices by the uppermost bits of the keys' mixed hashes: one after another they have the keys in hash order. */
record HashSlices(int bits) implements Slices, Shareable {
    /** More slices than these, over all partitions, would only make small blocks. */
    private static final int MOST = 256;

    private static final int MOST_BITS = 6;

    /** As many as do some good with so many partitions. */
    static HashSlices of(int partitions) {
        int each = Math.max(1, MOST / partitions);
        return new HashSlices(Math.min(MOST_BITS, Integer.SIZE - 1 - Integer.numberOfLeadingZeros(each)));
    }

    @Override
    public int perPartition() {
        return 1 << bits;
    }

    @Override
    public int sliceOf(@Nullable Object key, Partitioner partitioner) {
        int partition = partitioner.partitionOf(key);
        return bits == 0 ? partition : partition << bits | KeyHash.of(key) >>> Integer.SIZE - bits;
    }
}
