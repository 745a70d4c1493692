package dev.capstan.engine.shuffle;

import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Brings blocks of map outputs to the task that reads them. */
@FunctionalInterface
public interface ShuffleFetcher {
    /**
     * All blocks that a reduce partition wants. They are opened, and checked, when they are read, on the thread that
     * calls this; whoever reads them in the order of their map partitions waits least.
     *
     * @throws FetchFailedException names the first that cannot be had
     */
    List<Fetched> fetch(Wanted wanted, Reader reader) throws InterruptedException;

    /** A block, and who has it. */
    record Fetched(ExecutorId from, ShuffleBlock block) {}

    /**
     * What a reduce partition reads.
     *
     * @param mapPartitions of each executor, in ascending order
     * @param firstSlice with which the reduce partition begins
     * @param endSlice before which it ends
     */
    record Wanted(
            ShuffleId shuffle, SequencedMap<ExecutorId, List<Integer>> mapPartitions, int firstSlice, int endSlice) {
        public Wanted {
            mapPartitions = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(mapPartitions));
        }
    }

    /** The task that reads. */
    interface Reader {
        /** Throws if the task was asked to end. */
        void checkKilled();

        /** Runs this when the task is killed, at once and on any thread; it must not block. */
        void onKill(Runnable wakes);

        /** Runs this when the task ends. */
        void onCompletion(Runnable completion);
    }
}
