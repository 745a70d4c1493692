package dev.capstan.engine.spill;

import dev.capstan.engine.task.TaskContext;

import java.io.IOException;

/** Makes the files that tasks spill to. */
@FunctionalInterface
public interface Spills {
    /**
     * A new file, which is deleted when the task ends.
     *
     * @param what lies there, for messages: {@code the groups of groupByKey at Logs.java:12}
     */
    SpillFile create(TaskContext task, String what) throws IOException;
}
