package dev.capstan.engine.lineage;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;

/**
 * Decides by its key in which partition a pair lies.
 *
 * <p>Two datasets whose partitioners are equal are joined without a shuffle; so {@code equals} must say whether every
 * key, null included, goes to the same partition.
 */
public interface Partitioner extends Serializable {
    int partitions();

    /** From 0 to {@link #partitions()} - 1, the same in every process for equal keys. */
    int partitionOf(@Nullable Object key);
}
