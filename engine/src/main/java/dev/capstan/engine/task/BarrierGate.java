package dev.capstan.engine.task;

import java.util.List;

/** Where the tasks of a barrier stage meet, as an executor sees it. */
@FunctionalInterface
public interface BarrierGate {
    /** For executors whose tasks meet nobody. */
    BarrierGate CLOSED =
            call -> {
                throw new BarrierException(call.label() + ": tasks do not meet here");
            };

    /**
     * Waits for the other tasks.
     *
     * @return what all of them said, in the order of their partitions
     * @throws BarrierException when they will not all come, or the thread is interrupted, which it still is afterwards
     */
    List<byte[]> pass(BarrierCall call);
}
