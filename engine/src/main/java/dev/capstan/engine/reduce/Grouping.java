package dev.capstan.engine.reduce;

import dev.capstan.engine.memory.Spillable;
import dev.capstan.engine.pipeline.FastPath;
import dev.capstan.engine.pipeline.Groups;
import dev.capstan.engine.spill.RecordOutput;
import dev.capstan.engine.spill.SpilledRecords;
import dev.capstan.engine.task.TaskContext;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Collects the values of each key, apart by the side that they come from. As with {@link Aggregation}, what is spilled
 * cannot be seen in the result: keys come in the order of their hashes, values in the order in which they came.
 */
public final class Grouping implements Spillable {
    private final int sides;
    private final String operator;
    private final TaskContext task;
    private final int level;
    private final Allowance allowance;
    private final List<SpilledRecords> spills = new ArrayList<>();
    private final List<LongSupplier> sources = new ArrayList<>();
    private long bytesGone;
    private @Nullable Groups table;
    private @Nullable Remainder remainder;

    /**
     * @param operator that groups, for messages
     */
    public Grouping(int sides, String operator, TaskContext task) {
        this(sides, operator, task, 0);
    }

    private Grouping(int sides, String operator, TaskContext task, int level) {
        this.sides = sides;
        this.operator = operator;
        this.task = task;
        this.level = level;
        this.allowance = new Allowance(task.memory(), this, this::measure, this::bytesThere);
        task.onCompletion(() -> task.memory().releaseAll(this));
    }

    /**
     * Values come from there. What they took before they were objects they take at least: a sample can miss that a few
     * of them are much larger than all others.
     *
     * @param bytes how many were read so far
     */
    public void comesFrom(LongSupplier bytes) {
        sources.add(bytes);
    }

    private long bytesRead() {
        long sum = 0;
        for (LongSupplier source : sources) {
            sum += source.getAsLong();
        }
        return sum;
    }

    private long bytesThere() {
        return bytesRead() - bytesGone;
    }

    public void add(int side, @Nullable Object key, @Nullable Object value) throws Exception {
        Groups current = table;
        if (current == null) {
            current = task.pipelines().groups(sides, key == null ? Object.class : key.getClass());
            current.watch(this::look);
            table = current;
        }
        current.add(side, key, value);
    }

    private int look() throws IOException {
        int next = allowance.grew();
        if (next == 0) {
            throw new GroupTooLargeException(operator, keyOfMost(), table == null ? 0 : table.size(), measure());
        }
        return next;
    }

    private @Nullable Object keyOfMost() {
        Groups current = table;
        if (current == null) {
            return null;
        }
        int most = 0;
        for (int entry = 1; entry < current.size(); entry++) {
            if (count(current, entry) > count(current, most)) {
                most = entry;
            }
        }
        return current.key(most);
    }

    private int count(Groups groups, int entry) {
        int count = 0;
        for (int side = 0; side < sides; side++) {
            count += groups.count(entry, side);
        }
        return count;
    }

    private long measure() {
        return TableSize.of(table);
    }

    @Override
    public long spill(long wanted) throws IOException {
        if (remainder != null) {
            return remainder.spill();
        }
        Groups current = table;
        return current == null || current.size() <= 1 || level >= Buckets.MOST_LEVELS ? 0 : writeOut(current);
    }

    private long writeOut(Groups groups) throws IOException {
        SpilledRecords written =
                TaskSpills.write(task, describe(), task.memory().held(this), out -> writeBuckets(groups, out));
        spills.add(written);
        groups.clear();
        return release(written);
    }

    private void writeBuckets(Groups groups, RecordOutput out) throws IOException {
        int[] hashes = groups.hashes();
        int bucket = 0;
        for (int entry : RadixOrder.ofHashes(hashes, groups.size())) {
            for (; bucket < Buckets.of(hashes[entry], level); bucket++) {
                out.endSegment();
            }
            write(out, groups, entry);
        }
        for (; bucket < Buckets.COUNT; bucket++) {
            out.endSegment();
        }
    }

    /** A group in a file: its key, and for each side how many values there are, and these. */
    private void write(RecordOutput out, Groups groups, int entry) throws IOException {
        out.write(groups.key(entry));
        for (int side = 0; side < sides; side++) {
            out.write(groups.count(entry, side));
            for (int value = groups.first(entry, side); value >= 0; value = groups.next(value)) {
                out.write(groups.value(value));
            }
        }
    }

    private long release(SpilledRecords written) {
        long freed = allowance.giveBack();
        bytesGone = bytesRead();
        task.memory().spilled(freed, written.bytes());
        return freed;
    }

    @Override
    public String describe() {
        return "the groups of " + operator;
    }

    /** All groups; to be called once, when all values were added. */
    public GroupCursor groups() throws IOException {
        Groups current = table;
        if (spills.isEmpty()) {
            remainder = new Remainder(current == null ? task.pipelines().groups(sides, Object.class) : current);
            return remainder;
        }
        if (current != null) {
            long unused = writeOut(current);
        }
        return new BucketByBucket();
    }

    private GroupCursor bucket(int bucket) throws Exception {
        var grouped = new Grouping(sides, operator, task, level + 1);
        for (SpilledRecords file : spills) {
            Iterator<@Nullable Object> records = file.read(bucket);
            while (records.hasNext()) {
                Object key = records.next();
                for (int side = 0; side < sides; side++) {
                    for (int left = count(records); left > 0; left--) {
                        grouped.add(side, key, records.next());
                    }
                }
            }
        }
        return grouped.groups();
    }

    private static int count(Iterator<@Nullable Object> records) {
        if (records.next() instanceof Integer count) {
            return count;
        }
        throw new IllegalStateException("a spilled group has no count");
    }

    private List<Object> asAsked(List<Object> values) {
        return task.pipelines().take(FastPath.COMPACT) ? NumberList.of(values) : values;
    }

    private final class BucketByBucket implements GroupCursor {
        private int next;
        private @Nullable GroupCursor current;

        @Override
        public boolean advance() throws Exception {
            while (current == null || !current.advance()) {
                if (next == Buckets.COUNT) {
                    spills.forEach(SpilledRecords::close);
                    return false;
                }
                task.checkKilled();
                current = bucket(next++);
            }
            return true;
        }

        @Override
        public @Nullable Object key() {
            return open().key();
        }

        @Override
        public List<Object> values(int side) {
            return open().values(side);
        }

        private GroupCursor open() {
            if (current == null) {
                throw new IllegalStateException("not at a group");
            }
            return current;
        }
    }

    /** The groups that did not leave yet, in memory or, once somebody else needed it more, in a file. */
    private final class Remainder implements GroupCursor {
        private @Nullable Groups groups;
        private int[] order;
        private int next;
        private Iterator<@Nullable Object> written = Collections.emptyIterator();
        private @Nullable Object key;
        private List<List<Object>> values = List.of();

        Remainder(Groups groups) {
            this.groups = groups;
            this.order = RadixOrder.ofHashes(groups.hashes(), groups.size());
        }

        @Override
        public boolean advance() {
            Groups current = groups;
            if (current != null && next < order.length) {
                key = current.key(order[next++]);
                return true;
            }
            if (current != null) {
                forget();
                long unused = allowance.giveBack();
            }
            if (!written.hasNext()) {
                return false;
            }
            key = written.next();
            values = new ArrayList<>(sides);
            for (int side = 0; side < sides; side++) {
                int count = count(written);
                List<Object> ofSide = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    ofSide.add(written.next());
                }
                values.add(asAsked(ofSide));
            }
            return true;
        }

        @Override
        public @Nullable Object key() {
            return key;
        }

        @Override
        public List<Object> values(int side) {
            Groups current = groups;
            return current == null ? values.get(side) : valuesOf(current, order[next - 1], side);
        }

        private List<Object> valuesOf(Groups groups, int entry, int side) {
            List<Object> list = new ArrayList<>(groups.count(entry, side));
            for (int value = groups.first(entry, side); value >= 0; value = groups.next(value)) {
                list.add(groups.value(value));
            }
            return asAsked(list);
        }

        private void writeRest(Groups from, RecordOutput out) throws IOException {
            for (int i = next; i < order.length; i++) {
                write(out, from, order[i]);
            }
            out.endSegment();
        }

        private void forget() {
            groups = null;
            table = null;
            order = new int[0];
        }

        /** The group where the cursor stands stays in reach. */
        long spill() throws IOException {
            Groups current = groups;
            if (current == null || next == order.length) {
                return 0;
            }
            values = new ArrayList<>(sides);
            for (int side = 0; next > 0 && side < sides; side++) {
                values.add(valuesOf(current, order[next - 1], side));
            }
            SpilledRecords rest =
                    TaskSpills.write(
                            task, describe(), task.memory().held(Grouping.this), out -> writeRest(current, out));
            written = rest.read(0);
            forget();
            return release(rest);
        }
    }
}
