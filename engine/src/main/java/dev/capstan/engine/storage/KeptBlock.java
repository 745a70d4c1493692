package dev.capstan.engine.storage;

import dev.capstan.engine.id.BlockId;

import java.util.Objects;

/**
 * A block that is kept, and how much it takes.
 *
 * @param memoryBytes on the heap or outside of it
 * @param diskBytes as it lies there, compressed
 * @param level as which it is kept, which also says how many copies are wanted
 */
public record KeptBlock(BlockId block, long memoryBytes, long diskBytes, StorageLevel level) {
    public KeptBlock {
        Objects.requireNonNull(block, "block");
        Objects.requireNonNull(level, "level");
        if (memoryBytes < 0 || diskBytes < 0) {
            throw new IllegalArgumentException(block + " takes " + memoryBytes + " and " + diskBytes + " bytes");
        }
    }
}
