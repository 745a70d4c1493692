package dev.capstan.engine.lineage;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.task.Sneaky;
import dev.capstan.engine.task.TaskContext;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Works a partition off slice by slice, as far as it is worth it: a little data is done at once. What comes out is the
 * same in both cases.
 */
final class SliceBySlice implements Iterator<Pair<Object, Object>> {
    /** Less than this is no burden for memory and caches. */
    private static final long LITTLE = 1 << 20;

    private final List<ShuffleReader> readers;
    private final Work work;
    private final TaskContext task;
    private final int slices;
    private int next;
    private Iterator<Pair<Object, Object>> current = Collections.emptyIterator();

    /** Makes something of the records that the readers give now. */
    @FunctionalInterface
    interface Work {
        Iterator<Pair<Object, Object>> begin() throws Exception;
    }

    /**
     * @param readers of shuffles that are cut into equally many slices
     */
    SliceBySlice(List<ShuffleReader> readers, Work work, TaskContext task) {
        this.readers = readers;
        this.work = work;
        this.task = task;
        long bytes = readers.stream().mapToLong(ShuffleReader::bytes).sum();
        this.slices = bytes <= LITTLE ? 1 : readers.getFirst().slices();
    }

    @Override
    public boolean hasNext() {
        while (!current.hasNext()) {
            if (next == slices) {
                return false;
            }
            task.checkKilled();
            if (slices > 1) {
                readers.forEach(reader -> reader.begin(next));
            }
            next++;
            try {
                current = work.begin();
            } catch (Exception e) {
                throw Sneaky.rethrow(e);
            }
        }
        return true;
    }

    @Override
    public Pair<Object, Object> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return current.next();
    }
}
