package dev.capstan.engine.memory;

import java.io.IOException;

/** Something stored in memory that can leave it: a cached partition, a map output. */
@FunctionalInterface
public interface Evictable {
    /**
     * Writes it to disk, or drops it if it can be computed again. Called by whichever thread needs the memory, without
     * any lock held; readers that have it open keep what they read. When it returns, its grant is given back for it.
     *
     * @throws IOException if it cannot be written; then it stays where it is, as it was
     */
    void evict() throws IOException;
}
