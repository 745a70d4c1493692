package dev.capstan.engine.reduce;

import dev.capstan.engine.memory.ObjectSize;
import dev.capstan.engine.pipeline.Combiner;
import dev.capstan.engine.pipeline.Groups;

import org.jspecify.annotations.Nullable;

import java.util.function.IntFunction;

/** How many bytes a table takes, about: a few of its objects are measured and stand for all. */
final class TableSize {
    private static final int SAMPLE = 32;

    private TableSize() {}

    static long of(@Nullable Combiner table) {
        return table == null ? 0 : table.tableBytes() + sum(table.size(), table::key) + sum(table.size(), table::value);
    }

    static long of(@Nullable Groups table) {
        return table == null
                ? 0
                : table.tableBytes() + sum(table.size(), table::key) + sum(table.values(), table::value);
    }

    private static long sum(int count, IntFunction<@Nullable Object> objects) {
        int looks = Math.min(SAMPLE, count);
        long sampled = 0;
        for (int i = 0; i < looks; i++) {
            sampled += ObjectSize.of(objects.apply((int) ((long) i * count / looks)));
        }
        return looks == 0 ? 0 : sampled * count / looks;
    }
}
