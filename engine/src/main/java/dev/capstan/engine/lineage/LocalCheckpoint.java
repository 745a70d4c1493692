package dev.capstan.engine.lineage;

import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/** Stands where the lineage was cut by {@code localCheckpoint()}: what executors do not keep any more is lost. */
public final class LocalCheckpoint<T> extends Lineage<T> implements Shareable {
    private static final long serialVersionUID = 1L;

    private final String of;

    /**
     * @param of whose partitions were kept, for messages
     */
    public LocalCheckpoint(Origin origin, int partitions, String of) {
        super(origin, partitions, List.of(), null);
        this.of = Objects.requireNonNull(of, "of");
    }

    @Override
    protected Iterator<T> compute(int partition, TaskContext task) {
        throw new IllegalStateException(
                "partition "
                        + partition
                        + " of "
                        + of
                        + " is lost: localCheckpoint() has cut its lineage, and the executor that kept it is gone or"
                        + " had no room for it any more; run the program again, with checkpoint() if executors may be"
                        + " lost");
    }
}
