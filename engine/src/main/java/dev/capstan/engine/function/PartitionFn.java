package dev.capstan.engine.function;

import dev.capstan.engine.task.TaskContext;

import java.io.Serializable;
import java.util.Iterator;

/** What a job does with each partition: its value is the task's result. */
@FunctionalInterface
public interface PartitionFn<T, U> extends Serializable {
    U apply(Iterator<T> elements, TaskContext task) throws Exception;
}
