package dev.capstan.bench.side;

import java.nio.file.Path;

/**
 * What programs of both sides are told.
 *
 * @param size how much data: 1 is what the goals speak of
 * @param directory where files of data are kept from run to run
 */
public record Setting(double size, Path directory) {
    /** The system property that says where programs run, if not in their own process. */
    public static final String MASTER = "bench.master";

    /**
     * The system property with flags for executors that have a process of their own; there are none if it is absent.
     */
    public static final String EXECUTOR_FLAGS = "bench.executor.flags";

    private static final int PARTITIONS = 4;

    public Setting {
        if (!(size > 0)) {
            throw new IllegalArgumentException("a size is a number above 0, not " + size);
        }
    }

    /** So many at this size; at least one. */
    public int scaled(int count) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.round(count * size)));
    }

    /** So many bytes at this size. */
    public long scaledBytes(long bytes) {
        return Math.max(1, Math.round(bytes * size));
    }

    /** More data comes in more partitions, not in larger ones. */
    public int partitions() {
        return partitions(PARTITIONS);
    }

    public int partitions(int atSizeOne) {
        return (int) Math.max(atSizeOne, Math.ceil(atSizeOne * size));
    }
}
