package dev.capstan.engine.operator;

import dev.capstan.engine.pipeline.Gatherer;
import dev.capstan.engine.task.PartitionFn;
import dev.capstan.engine.task.TaskContext;

import java.util.Iterator;

/** A function of a partition that takes every element, so that these may be pushed into it. */
public interface Gathering<T, U> extends PartitionFn<T, U> {
    /** A new gatherer for one partition. */
    Gatherer<T, U> begin(TaskContext task) throws Exception;

    @Override
    default U apply(Iterator<T> elements, TaskContext task) throws Exception {
        Gatherer<T, U> gatherer = begin(task);
        while (elements.hasNext()) {
            gatherer.accept(elements.next());
        }
        return gatherer.result();
    }
}
