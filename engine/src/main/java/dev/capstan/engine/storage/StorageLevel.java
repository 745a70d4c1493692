package dev.capstan.engine.storage;

/**
 * Where the partitions of a dataset are kept once they were computed. What is kept in memory gives way to tasks and to
 * newer partitions of other datasets; then it goes to disk if the level says so, and is computed again if not.
 *
 * <p>The levels that end in a number want copies on so many executors, on different hosts if there are such. Copies are
 * made behind the tasks that compute, and made again when an executor is lost; with one executor there is one copy.
 */
public enum StorageLevel {
    /** Nowhere: computed each time. */
    NONE(Place.NOWHERE, false, false, 1),
    /** As objects in memory. */
    MEMORY_ONLY(Place.HEAP, false, false, 1),
    /** As bytes in memory: smaller, and slower to read. */
    MEMORY_ONLY_SER(Place.HEAP, true, false, 1),
    /** As objects in memory, on two executors. */
    MEMORY_ONLY_2(Place.HEAP, false, false, 2),
    /** As bytes in memory, on two executors. */
    MEMORY_ONLY_SER_2(Place.HEAP, true, false, 2),
    /** As objects in memory, on disk what does not fit. */
    MEMORY_AND_DISK(Place.HEAP, false, true, 1),
    /** As bytes in memory, on disk what does not fit. */
    MEMORY_AND_DISK_SER(Place.HEAP, true, true, 1),
    /** As objects in memory, on disk what does not fit, on two executors. */
    MEMORY_AND_DISK_2(Place.HEAP, false, true, 2),
    /** As bytes in memory, on disk what does not fit, on two executors. */
    MEMORY_AND_DISK_SER_2(Place.HEAP, true, true, 2),
    /** On disk. */
    DISK_ONLY(Place.NOWHERE, true, true, 1),
    /** On disk, on two executors. */
    DISK_ONLY_2(Place.NOWHERE, true, true, 2),
    /** On disk, on three executors. */
    DISK_ONLY_3(Place.NOWHERE, true, true, 3),
    /** As bytes outside the Java heap, on disk what does not fit. */
    OFF_HEAP(Place.OFF_HEAP, true, true, 1);

    /** Which memory it takes. */
    enum Place {
        NOWHERE,
        HEAP,
        OFF_HEAP
    }

    private final Place place;
    private final boolean serialized;
    private final boolean disk;
    private final int copies;

    StorageLevel(Place place, boolean serialized, boolean disk, int copies) {
        this.place = place;
        this.serialized = serialized;
        this.disk = disk;
        this.copies = copies;
    }

    public boolean keepsNothing() {
        return this == NONE;
    }

    Place place() {
        return place;
    }

    /** Whether partitions are kept as bytes. */
    public boolean serialized() {
        return serialized;
    }

    /** Whether what does not fit into memory goes to disk. */
    public boolean usesDisk() {
        return disk;
    }

    /** On how many executors it is wanted. */
    public int copies() {
        return copies;
    }
}
