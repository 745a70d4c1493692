package dev.capstan.engine.task;

import java.io.Serializable;
import java.util.Iterator;

/** What a job does with each partition: its value is the task's result. */
@FunctionalInterface
public interface PartitionFn<T, U> extends Serializable {
    U apply(Iterator<T> elements, TaskContext task) throws Exception;
}
