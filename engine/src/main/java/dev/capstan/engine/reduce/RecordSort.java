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
import java.util.Iterator;
import java.util.List;

/**
 * Sorts pairs by their keys; those with equal keys stay in the order in which they came. When the memory is full what
 * is there is sorted and goes to a file as a run; in the end the runs are merged.
 */
public final class RecordSort implements Spillable {
    /** So many runs are read at once, each with some 300 kB of buffers. */
    private static final int MOST_RUNS = 32;

    /** What a key takes that must be an object to be compared, with its place. */
    private static final long COMPARED_BYTES = 80;

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
        long missing = bytes() - task.memory().held(this);
        try {
            if (missing > 0 && task.memory().acquire(missing, this) < missing && buffer.size() > 0) {
                long unused = spill(Long.MAX_VALUE);
            }
        } catch (InterruptedException e) {
            throw Sneaky.rethrow(e);
        }
    }

    /** What it holds, and will need to sort it. */
    private long bytes() {
        return buffer.bytes() + (recordOrder.comparesAll(buffer) ? COMPARED_BYTES * buffer.size() : 0);
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
        while (runs.size() > MOST_RUNS) {
            uniteFirst();
        }
        recordOrder.sort(buffer);
        var inMemory = new Sorted();
        leaving = inMemory;
        if (runs.isEmpty()) {
            return inMemory;
        }
        return merged(inMemory);
    }

    /** Makes one run of the earliest ones, so that no more of them are open than there is memory for. */
    private void uniteFirst() throws IOException {
        List<SpilledRecords> first = List.copyOf(runs.subList(0, MOST_RUNS));
        SpilledRecords united =
                TaskSpills.write(
                        task,
                        describe(),
                        first.stream().mapToLong(SpilledRecords::bytes).sum(),
                        out -> {
                            var merged = new MergedPairs(WrittenPairs.of(first), order);
                            while (merged.hasNext()) {
                                task.checkKilled();
                                Pair<Object, Object> pair = merged.next();
                                out.write(pair.key());
                                out.write(pair.value());
                            }
                            out.endSegment();
                        });
        first.forEach(SpilledRecords::close);
        runs.subList(0, MOST_RUNS).clear();
        runs.addFirst(united);
        task.memory().spilled(0, united.bytes());
    }

    private Iterator<Pair<Object, Object>> merged(Sorted inMemory) throws IOException {
        List<Iterator<Pair<Object, Object>>> sources = WrittenPairs.of(runs);
        sources.add(inMemory);
        var merged = new MergedPairs(sources, order);
        return new Fetching<>() {
            @Override
            protected @Nullable Pair<Object, Object> fetch() {
                if (merged.hasNext()) {
                    return merged.next();
                }
                runs.forEach(SpilledRecords::close);
                return null;
            }
        };
    }

    /** What is in memory, or, once somebody else needed it more, in a file. */
    private final class Sorted extends Fetching<Pair<Object, Object>> {
        private int next;
        private @Nullable WrittenPairs written;

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
            written = new WrittenPairs(run.read(0));
            return release(run);
        }
    }
}
