package dev.capstan.engine.reduce;

import dev.capstan.engine.memory.GrowthEstimate;
import dev.capstan.engine.memory.Spillable;
import dev.capstan.engine.memory.TaskMemory;
import dev.capstan.engine.task.Sneaky;

import java.io.IOException;
import java.util.function.LongSupplier;

/** The memory of one consumer that grows record by record: asks for more when its estimate says that it needs more. */
final class Allowance {
    private static final long LEAST = 64 << 10;

    private final TaskMemory memory;
    private final Spillable consumer;
    private final GrowthEstimate estimate;

    /**
     * @param measure how much the consumer takes now
     */
    Allowance(TaskMemory memory, Spillable consumer, LongSupplier measure) {
        this.memory = memory;
        this.consumer = consumer;
        this.estimate = new GrowthEstimate(measure);
    }

    /**
     * So many records came. The consumer may be asked to spill meanwhile.
     *
     * @return false if it needs more than there is, although it has spilled what it can
     */
    boolean grew(int records) throws IOException {
        estimate.grew(records);
        long held = memory.held(consumer);
        long needed = estimate.bytes();
        if (needed <= held) {
            return true;
        }
        try { // twice as much each time, so as to ask rarely
            long unused = memory.acquire(Math.max(needed - held, Math.max(held, LEAST)), consumer);
        } catch (InterruptedException e) {
            throw Sneaky.rethrow(e);
        }
        return estimate.bytes() <= memory.held(consumer);
    }

    /** The consumer has given up everything. Returns how much it held. */
    long giveBack() {
        long held = memory.held(consumer);
        memory.releaseAll(consumer);
        estimate.reset();
        return held;
    }
}
