package dev.capstan.engine.reduce;

import dev.capstan.engine.function.Fn;
import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.memory.ObjectSize;
import dev.capstan.engine.memory.Spillable;
import dev.capstan.engine.pipeline.Combiner;
import dev.capstan.engine.pipeline.Same;
import dev.capstan.engine.pipeline.Sink;
import dev.capstan.engine.spill.RecordOutput;
import dev.capstan.engine.task.TaskContext;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;

/**
 * Makes one value of all values of a key. Keys come out in the order of their hashes, and those with equal hashes in
 * the order in which they came: whether, when and how often something was spilled cannot be seen in the result, so that
 * a task that is run again gives the same.
 *
 * <p>When the memory is full all entries go to a file and the table begins anew (see {@link TableOverflow}). In the end
 * each bucket is combined by itself, deeper if it does not fit either.
 */
public final class Aggregation implements Spillable, Sink<Pair<Object, Object>> {
    private final Fn<?, ?> create;
    private final Fn2<?, ?, ?> add;
    private final Fn2<?, ?, ?> merge;
    private final String operator;
    private final TaskContext task;
    private final int level;
    private final Allowance allowance;
    private final TableOverflow<Combiner> overflow;
    private @Nullable Combiner table;

    /**
     * @param operator that aggregates, for messages
     */
    public Aggregation(Fn<?, ?> create, Fn2<?, ?, ?> add, Fn2<?, ?, ?> merge, String operator, TaskContext task) {
        this(create, add, merge, operator, task, 0);
    }

    private Aggregation(
            Fn<?, ?> create, Fn2<?, ?, ?> add, Fn2<?, ?, ?> merge, String operator, TaskContext task, int level) {
        this.create = create;
        this.add = add;
        this.merge = merge;
        this.operator = operator;
        this.task = task;
        this.level = level;
        this.allowance = new Allowance(task.memory(), this, this::measure, this::largeBytes);
        this.overflow = new TableOverflow<>(this, task, allowance, level, Aggregation::write);
        task.onCompletion(() -> task.memory().releaseAll(this));
    }

    @Override
    public void accept(Pair<Object, Object> pair) throws Exception {
        add(pair.key(), pair.value());
    }

    public void add(@Nullable Object key, @Nullable Object value) throws Exception {
        Combiner current = table;
        if (current == null) {
            current = task.pipelines().combiner(create, add, key == null ? Object.class : key.getClass());
            current.watch(this::look);
            table = current;
        }
        current.add(key, value);
    }

    private int look() throws IOException {
        int next = allowance.grew();
        if (next > 0) {
            return next;
        }
        Combiner current = table;
        if (current != null) {
            current.recountLarge(); // before the last word it is worth the time
        }
        if (!allowance.isEnough()) {
            throw new GroupTooLargeException(
                    operator, keyOfLargest(), table == null ? 0 : table.size(), measure() + largeBytes());
        }
        return 1;
    }

    private @Nullable Object keyOfLargest() {
        Combiner current = table;
        Object largest = null;
        long most = -1;
        for (int entry = 0; current != null && entry < current.size(); entry++) {
            long bytes = ObjectSize.of(current.value(entry));
            if (bytes > most) {
                most = bytes;
                largest = current.key(entry);
            }
        }
        return largest;
    }

    private long largeBytes() {
        return table == null ? 0 : table.largeBytes();
    }

    private long measure() {
        return TableSize.of(table);
    }

    @Override
    public long spill(long wanted) throws IOException {
        return overflow.spill(table);
    }

    /** An entry in a file: its key and its value. */
    private static void write(Combiner entries, int entry, RecordOutput out) throws IOException {
        out.write(entries.key(entry));
        out.write(entries.value(entry));
    }

    @Override
    public String describe() {
        return "the values of " + operator;
    }

    /** All keys with their values; to be called once, when all were added. */
    public Iterator<Pair<Object, Object>> pairs() throws IOException {
        Combiner full = table;
        table = null;
        if (full == null) {
            return overflow.isEmpty() ? Collections.emptyIterator() : new BucketByBucket();
        }
        if (overflow.isEmpty()) {
            return new Remainder(overflow.leave(full, () -> {}));
        }
        long unused = overflow.spillAll(full);
        return new BucketByBucket();
    }

    private final class BucketByBucket extends Fetching<Pair<Object, Object>> {
        private Iterator<Pair<Object, Object>> current = Collections.emptyIterator();

        @Override
        protected @Nullable Pair<Object, Object> fetch() throws Exception {
            while (!current.hasNext()) {
                if (!overflow.hasBuckets()) {
                    return null;
                }
                var combined = new Aggregation(Same.INSTANCE, merge, merge, operator, task, level + 1);
                overflow.readBucket(records -> {
                    Object key = records.next();
                    combined.add(key, records.next());
                });
                current = combined.pairs();
            }
            return current.next();
        }
    }

    private static final class Remainder extends Fetching<Pair<Object, Object>> {
        private final TableOverflow.Leaving<Combiner> leaving;

        Remainder(TableOverflow.Leaving<Combiner> leaving) {
            this.leaving = leaving;
        }

        @Override
        protected @Nullable Pair<Object, Object> fetch() {
            Combiner entries = leaving.table();
            if (entries != null && leaving.advance()) {
                return new Pair<>(entries.key(leaving.entry()), entries.value(leaving.entry()));
            }
            Iterator<@Nullable Object> written = leaving.written();
            if (!written.hasNext()) {
                return null;
            }
            Object key = written.next();
            return new Pair<>(key, written.next());
        }
    }
}
