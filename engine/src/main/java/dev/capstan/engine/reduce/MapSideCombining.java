package dev.capstan.engine.reduce;

import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.memory.Spillable;
import dev.capstan.engine.pipeline.Combiner;
import dev.capstan.engine.task.TaskContext;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * Combines the values of a map task's keys before they are sent. When the memory is full it sends what it has and
 * begins anew: the reduce side unites what belongs together anyway.
 */
public final class MapSideCombining implements Spillable {
    private final Combiner table;
    private final Output output;
    private final Allowance allowance;
    private boolean sending;

    /** Takes combined values. */
    @FunctionalInterface
    public interface Output {
        void write(@Nullable Object key, @Nullable Object value) throws IOException;
    }

    public MapSideCombining(Fn<?, ?> create, Fn2<?, ?, ?> add, Output output, TaskContext task) {
        this.table = task.pipelines().combiner(create, add, Object.class);
        this.output = output;
        this.allowance = new Allowance(task.memory(), this, this::measure, table::largeBytes);
        table.watch(this::look);
        task.onCompletion(() -> task.memory().releaseAll(this));
    }

    /** Where pairs go. */
    public Combiner table() {
        return table;
    }

    /** All pairs came. */
    public void finish() throws IOException {
        long unused = send();
    }

    private int look() throws IOException {
        int next = allowance.grew();
        if (next > 0) {
            return next;
        }
        long unused = send();
        return 1;
    }

    private long measure() {
        return TableSize.of(table);
    }

    @Override
    public long spill(long wanted) throws IOException {
        return sending ? 0 : send();
    }

    /** The output may ask for memory itself while it takes the entries. */
    private long send() throws IOException {
        if (sending) { // a function in between has caught what the output threw when others wanted memory
            throw new IOException(
                    "some of the values that were combined could not be sent; the others cannot be told from them");
        }
        sending = true;
        for (int entry = 0; entry < table.size(); entry++) {
            output.write(table.key(entry), table.value(entry));
        }
        table.clear();
        sending = false;
        return allowance.giveBack();
    }

    @Override
    public String describe() {
        return "values combined before they are sent";
    }
}
