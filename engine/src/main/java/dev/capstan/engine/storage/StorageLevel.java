package dev.capstan.engine.storage;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Where the partitions of a dataset are kept once they were computed. */
public enum StorageLevel {
    /** Nowhere: computed each time. */
    NONE(true, false),
    /** As objects in memory. */
    MEMORY_ONLY(true, false),
    /** As bytes in memory: smaller, and slower to read. */
    MEMORY_ONLY_SER(true, true),
    /** As objects in memory, on two executors. */
    MEMORY_ONLY_2(false, false),
    /** As bytes in memory, on two executors. */
    MEMORY_ONLY_SER_2(false, true),
    /** As objects in memory, on disk what does not fit. */
    MEMORY_AND_DISK(false, false),
    /** As bytes in memory, on disk what does not fit. */
    MEMORY_AND_DISK_SER(false, true),
    /** As objects in memory, on disk what does not fit, on two executors. */
    MEMORY_AND_DISK_2(false, false),
    /** As bytes in memory, on disk what does not fit, on two executors. */
    MEMORY_AND_DISK_SER_2(false, true),
    /** On disk. */
    DISK_ONLY(false, true),
    /** On disk, on two executors. */
    DISK_ONLY_2(false, true),
    /** On disk, on three executors. */
    DISK_ONLY_3(false, true),
    /** As bytes outside the Java heap. */
    OFF_HEAP(false, true);

    private final boolean supported;
    private final boolean serialized;

    StorageLevel(boolean supported, boolean serialized) {
        this.supported = supported;
        this.serialized = serialized;
    }

    public boolean keepsNothing() {
        return this == NONE;
    }

    /** Whether partitions are kept as bytes. */
    public boolean serialized() {
        return serialized;
    }

    /** This level, if it works today. */
    public StorageLevel requireSupported() {
        if (!supported) {
            throw new IllegalArgumentException(
                    "storage level "
                            + this
                            + " is not supported yet; use one of "
                            + supportedLevels().stream().map(StorageLevel::name).collect(Collectors.joining(", ")));
        }
        return this;
    }

    /** The levels that work today, in the order of declaration. */
    public static List<StorageLevel> supportedLevels() {
        return Arrays.stream(values()).filter(level -> level.supported).toList();
    }
}
