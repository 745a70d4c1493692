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
import dev.capstan.engine.spill.SpilledRecords;
import dev.capstan.engine.task.TaskContext;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * Makes one value of all values of a key. Keys come out in the order of their hashes, and those with equal hashes in
 * the order in which they came: whether, when and how often something was spilled cannot be seen in the result, so that
 * a task that is run again gives the same.
 *
 * <p>When the memory is full all entries go to a file, bucket by bucket (see {@link Buckets}), and the table begins
 * anew. In the end each bucket is combined by itself, deeper if it does not fit either.
 */
public final class Aggregation implements Spillable, Sink<Pair<Object, Object>> {
    private final Fn<?, ?> create;
    private final Fn2<?, ?, ?> add;
    private final Fn2<?, ?, ?> merge;
    private final String operator;
    private final TaskContext task;
    private final int level;
    private final Allowance allowance;
    private final List<SpilledRecords> spills = new ArrayList<>();
    private @Nullable Combiner table;
    private @Nullable Remainder remainder;

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
        this.allowance = new Allowance(task.memory(), this, this::measure);
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
        if (next == 0) {
            throw new GroupTooLargeException(operator, keyOfLargest(), table == null ? 0 : table.size(), measure());
        }
        return next;
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

    private long measure() {
        return TableSize.of(table);
    }

    @Override
    public long spill(long wanted) throws IOException {
        if (remainder != null) {
            return remainder.spill();
        }
        Combiner current = table;
        if (current == null || current.size() <= 1 || level >= Buckets.MOST_LEVELS) {
            return 0;
        }
        return writeOut(current);
    }

    private long writeOut(Combiner entries) throws IOException {
        SpilledRecords written =
                TaskSpills.write(task, describe(), task.memory().held(this), out -> writeBuckets(entries, out));
        spills.add(written);
        entries.clear();
        return release(written);
    }

    private void writeBuckets(Combiner entries, RecordOutput out) throws IOException {
        int[] hashes = entries.hashes();
        int bucket = 0;
        for (int entry : RadixOrder.ofHashes(hashes, entries.size())) {
            for (; bucket < Buckets.of(hashes[entry], level); bucket++) {
                out.endSegment();
            }
            write(out, entries, entry);
        }
        for (; bucket < Buckets.COUNT; bucket++) {
            out.endSegment();
        }
    }

    private static void write(RecordOutput out, Combiner entries, int entry) throws IOException {
        out.write(entries.key(entry));
        out.write(entries.value(entry));
    }

    private long release(SpilledRecords written) {
        long freed = allowance.giveBack();
        task.memory().spilled(freed, written.bytes());
        return freed;
    }

    @Override
    public String describe() {
        return "the values of " + operator;
    }

    /** All keys with their values; to be called once, when all were added. */
    public Iterator<Pair<Object, Object>> pairs() throws IOException {
        Combiner current = table;
        if (spills.isEmpty()) {
            if (current == null) {
                return Collections.emptyIterator();
            }
            remainder = new Remainder(current);
            return remainder;
        }
        if (current != null) {
            long unused = writeOut(current);
        }
        return new BucketByBucket();
    }

    private Iterator<Pair<Object, Object>> bucket(int bucket) throws Exception {
        var combined = new Aggregation(Same.INSTANCE, merge, merge, operator, task, level + 1);
        for (SpilledRecords file : spills) {
            Iterator<@Nullable Object> records = file.read(bucket);
            while (records.hasNext()) {
                Object key = records.next();
                combined.add(key, records.next());
            }
        }
        return combined.pairs();
    }

    private final class BucketByBucket extends Fetching<Pair<Object, Object>> {
        private int next;
        private Iterator<Pair<Object, Object>> current = Collections.emptyIterator();

        @Override
        protected @Nullable Pair<Object, Object> fetch() throws Exception {
            while (!current.hasNext()) {
                if (next == Buckets.COUNT) {
                    spills.forEach(SpilledRecords::close);
                    return null;
                }
                task.checkKilled();
                current = bucket(next++);
            }
            return current.next();
        }
    }

    /** The entries that did not leave yet, in memory or, once somebody else needed it more, in a file. */
    private final class Remainder extends Fetching<Pair<Object, Object>> {
        private @Nullable Combiner entries;
        private int[] order;
        private int next;
        private Iterator<@Nullable Object> written = Collections.emptyIterator();

        Remainder(Combiner entries) {
            this.entries = entries;
            this.order = RadixOrder.ofHashes(entries.hashes(), entries.size());
        }

        @Override
        protected @Nullable Pair<Object, Object> fetch() {
            Combiner current = entries;
            if (current != null && next < order.length) {
                int entry = order[next++];
                return new Pair<>(current.key(entry), current.value(entry));
            }
            if (current != null) {
                forget();
                long unused = allowance.giveBack();
            }
            if (!written.hasNext()) {
                return null;
            }
            Object key = written.next();
            return new Pair<>(key, written.next());
        }

        private void writeRest(Combiner from, RecordOutput out) throws IOException {
            for (int i = next; i < order.length; i++) {
                write(out, from, order[i]);
            }
            out.endSegment();
        }

        private void forget() {
            entries = null;
            table = null;
            order = new int[0];
        }

        long spill() throws IOException {
            Combiner current = entries;
            if (current == null || next == order.length) {
                return 0;
            }
            SpilledRecords rest =
                    TaskSpills.write(
                            task, describe(), task.memory().held(Aggregation.this), out -> writeRest(current, out));
            written = rest.read(0);
            forget();
            return release(rest);
        }
    }
}
