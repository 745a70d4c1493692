package dev.capstan.engine.reduce;

import dev.capstan.engine.memory.Spillable;
import dev.capstan.engine.pipeline.FastPath;
import dev.capstan.engine.pipeline.Groups;
import dev.capstan.engine.spill.RecordOutput;
import dev.capstan.engine.task.TaskContext;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
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
    private final TableOverflow<Groups> overflow;
    private final List<LongSupplier> sources = new ArrayList<>();
    private @Nullable Groups table;

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
        this.allowance = new Allowance(task.memory(), this, this::measure, this::largeBytes, this::bytesRead);
        this.overflow = new TableOverflow<>(this, task, allowance, level, this::write);
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
            throw new GroupTooLargeException(
                    operator, keyOfMost(), table == null ? 0 : table.size(), measure() + largeBytes());
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

    /** A group in a file: its key, and for each side how many values there are, and these. */
    private void write(Groups groups, int entry, RecordOutput out) throws IOException {
        out.write(groups.key(entry));
        for (int side = 0; side < sides; side++) {
            out.write(groups.count(entry, side));
            for (int value = groups.first(entry, side); value >= 0; value = groups.next(value)) {
                out.write(groups.value(value));
            }
        }
    }

    @Override
    public String describe() {
        return "the groups of " + operator;
    }

    /** All groups; to be called once, when all values were added. */
    public GroupCursor groups() throws IOException {
        Groups full = table == null ? task.pipelines().groups(sides, Object.class) : table;
        table = null;
        if (overflow.isEmpty()) {
            return new Remainder(full);
        }
        if (full.size() > 0) {
            long unused = overflow.spillAll(full);
        }
        return new BucketByBucket();
    }

    private void addWritten(Iterator<@Nullable Object> records) throws Exception {
        Object key = records.next();
        for (int side = 0; side < sides; side++) {
            for (int left = count(records); left > 0; left--) {
                add(side, key, records.next());
            }
        }
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
        private @Nullable GroupCursor current;

        @Override
        public boolean advance() throws Exception {
            while (current == null || !current.advance()) {
                if (!overflow.hasBuckets()) {
                    return false;
                }
                var grouped = new Grouping(sides, operator, task, level + 1);
                overflow.readBucket(grouped::addWritten);
                current = grouped.groups();
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

    private final class Remainder implements GroupCursor {
        private final TableOverflow.Leaving<Groups> leaving;
        private @Nullable Object key;

        /** Of the group where the cursor stands, if it is not in memory any more. */
        private List<List<Object>> values = List.of();

        Remainder(Groups groups) {
            this.leaving = overflow.leave(groups, this::keepGroup);
        }

        @Override
        public boolean advance() {
            Groups groups = leaving.table();
            if (groups != null && leaving.advance()) {
                key = groups.key(leaving.entry());
                return true;
            }
            Iterator<@Nullable Object> written = leaving.written();
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
            Groups groups = leaving.table();
            return groups == null ? values.get(side) : valuesOf(groups, leaving.entry(), side);
        }

        private List<Object> valuesOf(Groups groups, int entry, int side) {
            List<Object> list = new ArrayList<>(groups.count(entry, side));
            for (int value = groups.first(entry, side); value >= 0; value = groups.next(value)) {
                list.add(groups.value(value));
            }
            return asAsked(list);
        }

        /** Before the others leave memory: whoever stands at a group may still ask for its values. */
        private void keepGroup() {
            Groups groups = leaving.table();
            if (groups != null && leaving.isAtEntry()) {
                values = new ArrayList<>(sides);
                for (int side = 0; side < sides; side++) {
                    values.add(valuesOf(groups, leaving.entry(), side));
                }
            }
        }
    }
}
