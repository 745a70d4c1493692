package dev.capstan.engine.lineage;

import dev.capstan.engine.pipeline.Sink;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Numbers at equal distances, computed where they are needed. */
public final class NumberRange extends Lineage<Long> implements Shareable {
    private static final long serialVersionUID = 1L;
    private static final int CHECK_EVERY = 1024;

    private final long start;
    private final long step;
    private final long count;

    private NumberRange(Origin origin, long start, long step, long count, int partitions) {
        super(origin, partitions, List.of(), null);
        this.start = start;
        this.step = step;
        this.count = count;
    }

    /** From {@code start} until before {@code end}; {@code step} may be negative but not 0. */
    public static NumberRange of(Origin origin, long start, long end, long step, int partitions) {
        if (step == 0) {
            throw new IllegalArgumentException("the step of a range must not be 0");
        }
        return new NumberRange(origin, start, step, count(start, end, step), partitions);
    }

    private static long count(long start, long end, long step) {
        BigInteger distance = BigInteger.valueOf(end).subtract(BigInteger.valueOf(start));
        BigInteger stride = BigInteger.valueOf(step);
        if (distance.signum() != stride.signum()) {
            return 0;
        }
        BigInteger count = distance.abs().add(stride.abs()).subtract(BigInteger.ONE).divide(stride.abs());
        if (count.bitLength() > 63) {
            throw new IllegalArgumentException("a range of " + count + " numbers is too long; the most is 2^63 - 1");
        }
        return count.longValue();
    }

    @Override
    protected Optional<Lineage<Long>> thin(int perPartition) {
        long every = partitionCount() == 0 ? 0 : count / partitionCount() / perPartition;
        return every < 2 ? Optional.empty() : Optional.of(new ThinnedRange(this, every));
    }

    /** The number at this place, from 0. */
    long number(long index) {
        return start + step * index;
    }

    @Override
    protected Iterator<Long> compute(int partition, TaskContext task) {
        return new Numbers(boundary(partition), boundary(partition + 1), task);
    }

    @Override
    protected void push(int partition, TaskContext task, Sink<? super Long> sink) throws Exception {
        long index = boundary(partition);
        long end = boundary(partition + 1);
        task.recorder().read(end - index);
        while (index < end) {
            task.checkKilled();
            long stop = Math.min(end, index + CHECK_EVERY);
            for (; index < stop; index++) {
                sink.accept(number(index));
            }
        }
    }

    /** Index of the first number of the partition. */
    long boundary(int partition) {
        long whole = count / partitionCount();
        long rest = count % partitionCount();
        return whole * partition + Math.min(partition, rest);
    }

    private final class Numbers implements Iterator<Long> {
        private final long end;
        private final TaskContext task;
        private long index;

        Numbers(long index, long end, TaskContext task) {
            this.index = index;
            this.end = end;
            this.task = task;
            task.recorder().read(end - index);
        }

        @Override
        public boolean hasNext() {
            return index < end;
        }

        @Override
        public Long next() {
            if (index >= end) {
                throw new NoSuchElementException();
            }
            if (index % CHECK_EVERY == 0) {
                task.checkKilled();
            }
            return number(index++);
        }
    }
}
