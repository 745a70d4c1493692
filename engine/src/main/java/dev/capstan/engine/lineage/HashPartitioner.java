package dev.capstan.engine.lineage;

import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

/**
 * By the key's hash code; null goes to partition 0.
 *
 * <p>Enum constants go by their names, because their hash codes differ from process to process. Arrays are refused:
 * those of equal content are not equal.
 */
public record HashPartitioner(int partitions) implements Partitioner, Shareable {
    public HashPartitioner {
        if (partitions < 1) {
            throw new IllegalArgumentException("a partitioner needs at least 1 partition, not " + partitions);
        }
    }

    @Override
    public int partitionOf(@Nullable Object key) {
        return switch (key) {
            case null -> 0;
            case String text -> Math.floorMod(text.hashCode(), partitions);
            case Enum<?> constant -> Math.floorMod(constant.name().hashCode(), partitions);
            default -> {
                if (key.getClass().isArray()) {
                    throw new IllegalArgumentException(
                            "an array ("
                                    + key.getClass().getTypeName()
                                    + ") cannot be a key, because arrays of equal content are not equal; use a List or"
                                    + " a record");
                }
                yield Math.floorMod(key.hashCode(), partitions);
            }
        };
    }
}
