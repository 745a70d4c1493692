package dev.capstan.engine.reduce;

import dev.capstan.engine.memory.LargeObjects;
import dev.capstan.engine.pipeline.Combiner;
import dev.capstan.engine.pipeline.Groups;

import org.jspecify.annotations.Nullable;

/** How many bytes a table takes, about, without what it counts as large itself. */
final class TableSize {
    /** For each key while the table is put in order, which it must be to leave memory. */
    private static final long ORDER_BYTES = 20;

    private TableSize() {}

    static long of(@Nullable Combiner table) {
        return table == null
                ? 0
                : table.tableBytes()
                        + ORDER_BYTES * table.size()
                        + LargeObjects.bytesOfOthers(table.objects(), table::key)
                        + LargeObjects.bytesOfOthers(table.objects(), table::value);
    }

    static long of(@Nullable Groups table) {
        return table == null
                ? 0
                : table.tableBytes()
                        + ORDER_BYTES * table.size()
                        + LargeObjects.bytesOfOthers(table.size(), table::key)
                        + LargeObjects.bytesOfOthers(table.values(), table::value);
    }
}
