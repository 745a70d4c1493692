package dev.capstan.engine.id;

import java.io.Serializable;

/** What a block store keeps. */
public sealed interface BlockId extends Serializable {
    /** A cached partition of a dataset. */
    record CachedPartition(DatasetId dataset, int partition) implements BlockId {
        @Override
        public String toString() {
            return "partition " + partition + " of " + dataset;
        }
    }

    /** The result of a task that is too large to ride in its outcome. */
    record TaskResult(long task) implements BlockId {}

    /** A piece of a broadcast value, counted from 0. */
    record BroadcastPiece(BroadcastId broadcast, int piece) implements BlockId {}
}
