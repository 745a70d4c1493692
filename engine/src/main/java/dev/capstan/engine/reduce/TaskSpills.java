package dev.capstan.engine.reduce;

import dev.capstan.engine.spill.SpilledRecords;
import dev.capstan.engine.spill.Spills;
import dev.capstan.engine.task.TaskContext;

import java.io.IOException;

/** Writes what a task spills to files that go with the task at the latest. */
final class TaskSpills {
    private TaskSpills() {}

    static SpilledRecords write(TaskContext task, String what, long bytes, Spills.Content content) throws IOException {
        SpilledRecords written = task.environment().spills().write(what, bytes, content);
        task.onCompletion(written::close);
        return written;
    }
}
