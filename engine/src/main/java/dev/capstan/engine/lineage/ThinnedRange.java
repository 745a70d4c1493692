package dev.capstan.engine.lineage;

import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Some numbers of a range: of each so many that follow one another the one at a random place, so that no pattern in the
 * numbers can agree with the distances. The same ones each time.
 */
final class ThinnedRange extends Lineage<Long> implements Shareable {
    private static final long serialVersionUID = 1L;

    private final NumberRange range;
    private final long every;

    ThinnedRange(NumberRange range, long every) {
        super(range.origin(), range.partitionCount(), List.of(), null);
        this.range = range;
        this.every = every;
    }

    @Override
    protected Iterator<Long> compute(int partition, TaskContext task) {
        long first = range.boundary(partition);
        long end = range.boundary(partition + 1);
        var random = new SplittableRandom(first);
        long blocks = Math.ceilDiv(end - first, every);
        return LongStream.range(0, blocks)
                .map(block -> first + block * every + random.nextLong(every))
                .filter(index -> index < end)
                .peek(_ -> task.recorder().read(1)) // one after the other: who takes them can tell which made what
                .map(range::number)
                .iterator();
    }
}
