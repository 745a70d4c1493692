package dev.capstan.engine.reduce;

import dev.capstan.engine.memory.Spillable;
import dev.capstan.engine.pipeline.KeyTable;
import dev.capstan.engine.spill.RecordOutput;
import dev.capstan.engine.spill.SpilledRecords;
import dev.capstan.engine.spill.Spills;
import dev.capstan.engine.task.TaskContext;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * What somebody's table of keys cannot keep in memory. While the table is filled all its entries go to a file, bucket
 * by bucket (see {@link Buckets}), and it begins anew. Once its entries leave it, in the order of their hashes, those
 * that are left go to a file. Belongs to the task's thread.
 */
final class TableOverflow<T extends KeyTable> {
    private final Spillable owner;
    private final TaskContext task;
    private final Allowance allowance;
    private final int level;
    private final EntryFormat<T> format;
    private final List<SpilledRecords> files = new ArrayList<>();
    private int nextBucket;
    private @Nullable Leaving<T> leaving;

    /** Writes an entry as records. */
    @FunctionalInterface
    interface EntryFormat<T> {
        void write(T table, int entry, RecordOutput out) throws IOException;
    }

    /** Takes the records of an entry as they were written. */
    @FunctionalInterface
    interface EntryReader {
        void read(Iterator<@Nullable Object> records) throws Exception;
    }

    /**
     * @param owner of the table and of its memory
     * @param level how many times its keys went through buckets before
     */
    TableOverflow(Spillable owner, TaskContext task, Allowance allowance, int level, EntryFormat<T> format) {
        this.owner = owner;
        this.task = task;
        this.allowance = allowance;
        this.level = level;
        this.format = format;
    }

    /** Whether nothing was spilled while the table was filled. */
    boolean isEmpty() {
        return files.isEmpty();
    }

    /**
     * Gives up the memory of the entries, wherever they are on their way; 0 if that makes no sense.
     *
     * @param table that is filled; null if there is none yet
     */
    long spill(@Nullable T table) throws IOException {
        if (leaving != null) {
            return leaving.spill();
        }
        return table == null || table.size() <= 1 || level >= Buckets.MOST_LEVELS ? 0 : spillAll(table);
    }

    /** Writes all entries of the table, which then is empty. */
    long spillAll(T table) throws IOException {
        SpilledRecords written = write(out -> writeBuckets(table, out));
        files.add(written);
        table.clear();
        return release(written);
    }

    private void writeBuckets(T table, RecordOutput out) throws IOException {
        int[] hashes = table.hashes();
        int bucket = 0;
        for (int entry : RadixOrder.ofHashes(hashes, table.size())) {
            for (; bucket < Buckets.of(hashes[entry], level); bucket++) {
                out.endSegment();
            }
            format.write(table, entry, out);
        }
        for (; bucket < Buckets.COUNT; bucket++) {
            out.endSegment();
        }
    }

    private SpilledRecords write(Spills.Content content) throws IOException {
        return TaskSpills.write(task, owner.describe(), task.memory().held(owner), content);
    }

    private long release(SpilledRecords written) {
        long freed = allowance.giveBack();
        task.memory().spilled(freed, written.bytes());
        return freed;
    }

    /** Whether there are buckets that were not read yet; when there are none any more, the files go. */
    boolean hasBuckets() {
        if (nextBucket < Buckets.COUNT) {
            return true;
        }
        files.forEach(SpilledRecords::close);
        return false;
    }

    /** Reads the entries of the next bucket from all files, the earliest file first. */
    void readBucket(EntryReader reader) throws Exception {
        task.checkKilled();
        for (SpilledRecords file : files) {
            Iterator<@Nullable Object> records = file.read(nextBucket);
            while (records.hasNext()) {
                reader.read(records);
            }
        }
        nextBucket++;
    }

    /** The table is full; from now on its entries leave it. */
    Leaving<T> leave(T table, Runnable beforeSpill) {
        leaving = new Leaving<>(this, table, beforeSpill);
        return leaving;
    }

    /** The entries that have not left yet, in memory or, once somebody else needed it more, in a file. */
    static final class Leaving<T extends KeyTable> {
        private final TableOverflow<T> overflow;
        private final Runnable beforeSpill;
        private @Nullable T table;
        private int[] order;
        private int next;
        private Iterator<@Nullable Object> written = Collections.emptyIterator();

        private Leaving(TableOverflow<T> overflow, T table, Runnable beforeSpill) {
            this.overflow = overflow;
            this.table = table;
            this.beforeSpill = beforeSpill;
            this.order = RadixOrder.ofHashes(table.hashes(), table.size());
        }

        /** Where the entries are that are in memory; null once none is. */
        @Nullable T table() {
            return table;
        }

        /** Goes to the next entry in memory; false if there is none. */
        boolean advance() {
            if (next < order.length) {
                next++;
                return true;
            }
            if (table != null) {
                forget();
                long unused = overflow.allowance.giveBack();
            }
            return false;
        }

        /** The entry that it went to. */
        int entry() {
            return order[next - 1];
        }

        /** Whether it went to an entry, and that one is still in memory. */
        boolean isAtEntry() {
            return table != null && next > 0;
        }

        /** The records of all entries that went to a file. */
        Iterator<@Nullable Object> written() {
            return written;
        }

        private long spill() throws IOException {
            T from = table;
            if (from == null || next == order.length) {
                return 0;
            }
            beforeSpill.run();
            SpilledRecords rest = overflow.write(out -> writeRest(from, out));
            written = rest.read(0);
            forget();
            return overflow.release(rest);
        }

        private void writeRest(T from, RecordOutput out) throws IOException {
            for (int i = next; i < order.length; i++) {
                overflow.format.write(from, order[i], out);
            }
            out.endSegment();
        }

        private void forget() {
            table = null;
            order = new int[0];
            next = 0;
        }
    }
}
