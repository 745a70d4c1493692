package dev.capstan.engine.lineage;

import dev.capstan.engine.operator.CommandPipe;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.util.Iterator;
import java.util.List;

/** The lines that an external command writes when it reads the elements as lines. */
public final class Piped<T> extends Lineage<String> implements Shareable {
    private static final long serialVersionUID = 1L;

    private final CommandPipe.Command command;

    public Piped(Origin origin, Lineage<T> parent, CommandPipe.Command command) {
        super(origin, parent.partitionCount(), List.of(new NarrowDependency.OneToOne<>(parent)), null);
        this.command = command;
    }

    @Override
    protected Iterator<String> compute(int partition, TaskContext task) {
        return new KillableIterator<>(
                CommandPipe.start(command, this.<T>parent(0).iterate(partition, task), task), task);
    }
}
