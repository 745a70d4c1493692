package dev.capstan.engine.task;

import dev.capstan.engine.broadcast.ExecutorBroadcasts;
import dev.capstan.engine.memory.MemoryBudget;
import dev.capstan.engine.pipeline.Pipelines;
import dev.capstan.engine.shuffle.ShuffleFetcher;
import dev.capstan.engine.shuffle.ShuffleStore;
import dev.capstan.engine.spill.Spills;
import dev.capstan.engine.storage.BlockStore;
import dev.capstan.kernel.serialization.Serializer;

import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * What an executor offers to its tasks.
 *
 * @param serializer of data: results, shuffles
 * @param loader finds the classes of the application
 * @param memory that all its tasks and stores share
 * @param pipelines makes the sinks of tasks
 * @param spills makes the files for what does not fit into memory
 * @param broadcasts that tasks read
 * @param barriers where the tasks of a barrier stage meet
 * @param inlineResultBytes results up to this size ride in the outcome, larger ones wait in the block store
 * @param nanoClock for the durations in metrics
 */
public record TaskEnvironment(
        Serializer serializer,
        ClassLoader loader,
        MemoryBudget memory,
        BlockStore blocks,
        ShuffleStore shuffles,
        ShuffleFetcher fetcher,
        Pipelines pipelines,
        Spills spills,
        ExecutorBroadcasts broadcasts,
        BarrierGate barriers,
        long inlineResultBytes,
        LongSupplier nanoClock) {
    /** What fits well into a message of task outcomes. */
    public static final long DEFAULT_INLINE_RESULT_BYTES = 512 << 10;

    public TaskEnvironment {
        Objects.requireNonNull(serializer, "serializer");
        Objects.requireNonNull(loader, "loader");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(blocks, "blocks");
        Objects.requireNonNull(shuffles, "shuffles");
        Objects.requireNonNull(fetcher, "fetcher");
        Objects.requireNonNull(pipelines, "pipelines");
        Objects.requireNonNull(spills, "spills");
        Objects.requireNonNull(broadcasts, "broadcasts");
        Objects.requireNonNull(barriers, "barriers");
        Objects.requireNonNull(nanoClock, "nanoClock");
    }
}
