package dev.capstan.executor;

import dev.capstan.engine.task.TaskLaunch;

/** Makes the tasks of one installed stage. */
@FunctionalInterface
interface StageRunner {
    TaskRun prepare(TaskLaunch launch);
}
