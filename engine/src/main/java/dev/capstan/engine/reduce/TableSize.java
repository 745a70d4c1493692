package dev.capstan.engine.reduce;

import dev.capstan.engine.memory.ObjectSize;
import dev.capstan.engine.pipeline.Combiner;
import dev.capstan.engine.pipeline.Groups;

import org.jspecify.annotations.Nullable;

import java.util.function.IntFunction;

/** How many bytes a table takes, about: a few of its objects are measured and stand for all. */
final class TableSize {
    private static final int SAMPLE = 32;

    /** For each key while the table is put in order, which it must be to leave memory. */
    private static final long ORDER_BYTES = 20;

    private TableSize() {}

    static long of(@Nullable Combiner table) {
        return table == null
                ? 0
                : table.tableBytes()
                        + ORDER_BYTES * table.size()
                        + sum(table.objects(), table::key)
                        + sum(table.objects(), table::value);
    }

    static long of(@Nullable Groups table) {
        return table == null
                ? 0
                : table.tableBytes()
                        + ORDER_BYTES * table.size()
                        + sum(table.size(), table::key)
                        + sum(table.values(), table::value);
    }

    private static long sum(int count, IntFunction<@Nullable Object> objects) {
        int looks = Math.min(SAMPLE, count);
        long sampled = 0;
        for (int i = 0; i < looks; i++) {
            long start = (long) i * count / looks;
            long end = (i + 1L) * count / looks;
            sampled += ObjectSize.of(objects.apply((int) (start + scattered(i, count) % (end - start))));
        }
        return looks == 0 ? 0 : sampled * count / looks;
    }

    /** Large and small objects may take turns, and a look at every so many would see one kind only. */
    private static int scattered(int look, int count) {
        int mixed = (look * 31 + count) * 0x9E3779B9;
        return mixed >>> 8;
    }
}
