package dev.capstan.engine.shuffle;

import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;

import java.util.List;
import java.util.function.Consumer;

/** Brings blocks of map outputs to the task that reads them. */
@FunctionalInterface
public interface ShuffleFetcher {
    /**
     * All blocks that a reduce partition wants of one executor, in the order of the map partitions asked for. They are
     * opened, and checked, when they are read.
     *
     * @param firstSlice with which the reduce partition begins
     * @param endSlice before which it ends
     * @param atEnd takes what is to be run when the task ends
     * @throws FetchFailedException names the first that cannot be had
     */
    List<ShuffleBlock> fetch(
            ExecutorId from,
            ShuffleId shuffle,
            int[] mapPartitions,
            int firstSlice,
            int endSlice,
            Consumer<Runnable> atEnd)
            throws InterruptedException;
}
