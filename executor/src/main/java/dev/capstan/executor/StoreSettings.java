package dev.capstan.executor;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.shuffle.FetchSettings;
import dev.capstan.kernel.config.ByteSize;

import java.nio.file.Path;
import java.util.List;

/**
 * What an executor may use to keep data.
 *
 * @param memoryFraction of the heap, for tasks and what is stored
 * @param storageFraction of that, from which tasks cannot evict what is stored
 * @param offHeap memory outside of the heap for what is stored there
 * @param localDirectories where files go
 * @param shuffleCodec of map outputs and of what tasks spill
 * @param fetch how map outputs of other executors are read
 */
public record StoreSettings(
        double memoryFraction,
        double storageFraction,
        ByteSize offHeap,
        List<Path> localDirectories,
        Codec shuffleCodec,
        FetchSettings fetch) {
    public StoreSettings {
        localDirectories = List.copyOf(localDirectories);
    }
}
