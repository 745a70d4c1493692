package dev.capstan.engine.reduce;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.function.SerializableComparator;
import dev.capstan.engine.memory.Spillable;
import dev.capstan.engine.spill.SpilledRecords;
import dev.capstan.engine.task.Sneaky;
import dev.capstan.engine.task.TaskContext;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Sorts pairs by their keys; those with equal keys stay in the order in which they came. When the memory is full what
 * is there is sorted and goes to a file as a run; in the end the runs are merged.
 */
public final class RecordSort implements Spillable {
    private final RecordOrder recordOrder;
    private final SerializableComparator<Object> order;
    private final String operator;
    private final TaskContext task;
    private final RecordBuffer buffer;
    private final List<SpilledRecords> runs = new ArrayList<>();
    private @Nullable Sorted leaving;

    /**
     * @param operator that sorts, for messages
     */
    public RecordSort(SerializableComparator<Object> order, String operator, TaskContext task) {
        this.recordOrder = new RecordOrder(order, operator);
        this.order = order;
        this.operator = operator;
        this.task = task;
        this.buffer = new RecordBuffer(task.serializer(), task.loader());
        task.onCompletion(() -> task.memory().releaseAll(this));
    }

    /** Takes keys and values in turn, as they were written by the task's serializer. The bytes are kept. */
    public void add(byte[] frame, int offset, int length) throws IOException {
        int before = buffer.size();
        buffer.add(frame, offset, length);
        task.recorder().read(buffer.size() - before);
        long missing = buffer.bytes() - task.memory().held(this);
        try {
            if (missing > 0 && task.memory().acquire(missing, this) < missing && buffer.size() > 0) {
                long unused = spill(Long.MAX_VALUE);
            }
        } catch (InterruptedException e) {
            throw Sneaky.rethrow(e);
        }
    }

    @Override
    public long spill(long wanted) throws IOException {
        if (leaving != null) {
            return leaving.spill();
        }
        if (buffer.size() == 0) {
            return 0;
        }
        recordOrder.sort(buffer);
        SpilledRecords run = write(0);
        runs.add(run);
        return release(run);
    }

    private SpilledRecords write(int first) throws IOException {
        return TaskSpills.write(
                task,
                describe(),
                buffer.bytes(),
                out -> {
                    for (int i = first; i < buffer.size(); i++) {
                        long address = buffer.addresses()[i];
                        out.write(buffer.key(address));
                        out.write(buffer.value(address));
                    }
                    out.endSegment();
                });
    }

    private long release(SpilledRecords run) {
        buffer.clear();
        long freed = task.memory().held(this);
        task.memory().releaseAll(this);
        task.memory().spilled(freed, run.bytes());
        return freed;
    }

    @Override
    public String describe() {
        return "the records of " + operator;
    }

    /** All pairs in order; to be called once, when all were added. */
    public Iterator<Pair<Object, Object>> sorted() throws IOException {
        recordOrder.sort(buffer);
        var inMemory = new Sorted();
        leaving = inMemory;
        if (runs.isEmpty()) {
            return inMemory;
        }
        List<Iterator<Pair<Object, Object>>> sources = new ArrayList<>();
        for (SpilledRecords run : runs) {
            sources.add(new Written(run.read(0)));
        }
        sources.add(inMemory);
        return new Merged(sources);
    }

    /** What is in memory, or, once somebody else needed it more, in a file. */
    private final class Sorted extends Fetching<Pair<Object, Object>> {
        private int next;
        private @Nullable Written written;

        @Override
        protected @Nullable Pair<Object, Object> fetch() {
            if (written != null) {
                return written.hasNext() ? written.next() : null;
            }
            if (next < buffer.size()) {
                long address = buffer.addresses()[next++];
                Object key = buffer.key(address);
                return new Pair<>(key, buffer.value(address));
            }
            buffer.clear();
            task.memory().releaseAll(RecordSort.this);
            return null;
        }

        long spill() throws IOException {
            if (written != null || next >= buffer.size()) {
                return 0;
            }
            SpilledRecords run = write(next);
            written = new Written(run.read(0));
            return release(run);
        }
    }

    private static final class Written extends Fetching<Pair<Object, Object>> {
        private final Iterator<@Nullable Object> records;

        Written(Iterator<@Nullable Object> records) {
            this.records = records;
        }

        @Override
        protected @Nullable Pair<Object, Object> fetch() {
            if (!records.hasNext()) {
                return null;
            }
            Object key = records.next();
            return new Pair<>(key, records.next());
        }
    }

    /** Of several sorted sources one; of equal keys those of the earlier source come first. */
    private final class Merged extends Fetching<Pair<Object, Object>> {
        private record Head(Pair<Object, Object> pair, int source) {}

        private final List<Iterator<Pair<Object, Object>>> sources;
        private final PriorityQueue<Head> heads;

        Merged(List<Iterator<Pair<Object, Object>>> sources) {
            this.sources = sources;
            Comparator<Head> byKey = Comparator.comparing(head -> head.pair().key(), order);
            heads = new PriorityQueue<>(byKey.thenComparingInt(Head::source));
            for (int source = 0; source < sources.size(); source++) {
                refill(source);
            }
        }

        private void refill(int source) {
            Iterator<Pair<Object, Object>> from = sources.get(source);
            if (from.hasNext()) {
                heads.add(new Head(from.next(), source));
            }
        }

        @Override
        protected @Nullable Pair<Object, Object> fetch() {
            Head head = heads.poll();
            if (head == null) {
                runs.forEach(SpilledRecords::close);
                return null;
            }
            refill(head.source());
            return head.pair();
        }
    }
}
