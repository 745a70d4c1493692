package dev.capstan.engine.lineage;

import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.Iterator;
import java.util.List;

/** A dataset without partitions. */
public final class Emptiness<T> extends Lineage<T> implements Shareable {
    private static final long serialVersionUID = 1L;

    public Emptiness(Origin origin) {
        super(origin, 0, List.of(), null);
    }

    @Override
    protected Iterator<T> compute(int partition, TaskContext task) {
        return none();
    }
}
