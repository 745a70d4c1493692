package dev.capstan.engine.shuffle;

import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;

import org.jspecify.annotations.Nullable;

/** A map output that a task needs cannot be read. Not the task's fault: the output is computed again. */
public final class FetchFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ShuffleId shuffle;
    private final int mapPartition;
    private final transient @Nullable ExecutorId from;
    private final String reason;

    /**
     * @param from null if nobody knows where the output is
     */
    public FetchFailedException(ShuffleId shuffle, int mapPartition, @Nullable ExecutorId from, String reason) {
        super("cannot read map output " + mapPartition + " of " + shuffle + ": " + reason);
        this.shuffle = shuffle;
        this.mapPartition = mapPartition;
        this.from = from;
        this.reason = reason;
    }

    public ShuffleId shuffle() {
        return shuffle;
    }

    public int mapPartition() {
        return mapPartition;
    }

    public @Nullable ExecutorId from() {
        return from;
    }

    public String reason() {
        return reason;
    }
}
