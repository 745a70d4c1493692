package dev.capstan.engine.reduce;

import dev.capstan.engine.memory.GrowthEstimate;
import dev.capstan.engine.memory.Spillable;
import dev.capstan.engine.memory.TaskMemory;
import dev.capstan.engine.pipeline.TableWatch;
import dev.capstan.engine.task.Sneaky;

import java.io.IOException;
import java.util.function.LongSupplier;

/** The memory of one consumer that grows record by record: asks for more when its estimate says that it needs more. */
final class Allowance {
    /** What it may hold without a grant, so that it makes progress when it gets none. */
    static final long FREE = 64 << 10;

    private static final long LEAST = 64 << 10;

    private final TaskMemory memory;
    private final Spillable consumer;
    private final GrowthEstimate estimate;
    private final LongSupplier large;
    private final LongSupplier leastEver;
    private long leastGone;
    private long records;
    private int expected = 1;

    /**
     * @param measure how much the consumer takes now without what is large, by a sample
     * @param large how much of what the consumer has is large by itself
     */
    Allowance(TaskMemory memory, Spillable consumer, LongSupplier measure, LongSupplier large) {
        this(memory, consumer, measure, large, () -> 0);
    }

    /**
     * @param measure how much the consumer takes now without what is large, by a sample
     * @param large how much of what the consumer has is large by itself
     * @param leastEver how much it would take at least, had it never given up anything; to be asked at any time
     */
    Allowance(TaskMemory memory, Spillable consumer, LongSupplier measure, LongSupplier large, LongSupplier leastEver) {
        this.large = large;
        this.leastEver = leastEver;
        this.memory = memory;
        this.consumer = consumer;
        this.estimate = new GrowthEstimate(measure);
    }

    /**
     * As many records came as it said last, one at first, or fewer if one of them is large. The consumer may be asked
     * to spill meanwhile.
     *
     * @return after how many more records to come again, so that no more than {@link #FREE} should come unseen; 0 if
     *     the consumer needs more than there is, although it has spilled what it can
     */
    int grew() throws IOException {
        estimate.grew(expected);
        records += expected;
        long each = bytes() / records;
        expected = Math.clamp(FREE / (each + 1), 1, TableWatch.MOST_BETWEEN);
        return isGranted() ? expected : 0;
    }

    private boolean isGranted() throws IOException {
        long held = memory.held(consumer);
        long missing = bytes() - FREE - held;
        if (missing <= 0) {
            return true;
        }
        try { // more than it needs, so as to ask rarely; but what is refused is spilled for
            long unused = memory.acquire(Math.max(missing, Math.max(held / 4, LEAST)), consumer);
        } catch (InterruptedException e) {
            throw Sneaky.rethrow(e);
        }
        return isEnough();
    }

    /** Whether it holds as much as it needs, by the last measurement. */
    boolean isEnough() {
        return bytes() - FREE <= memory.held(consumer);
    }

    private long bytes() {
        return Math.max(estimate.bytes() + large.getAsLong(), leastEver.getAsLong() - leastGone);
    }

    /** The consumer has given up everything. Returns how much it held. */
    long giveBack() {
        long held = memory.held(consumer);
        memory.releaseAll(consumer);
        estimate.reset();
        leastGone = leastEver.getAsLong();
        records = 0;
        return held;
    }
}
