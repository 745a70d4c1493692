package dev.capstan.executor;

import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.executor.logic.ExecutorSignal.TaskDone;

/** Runs the tasks of one installed stage, on the calling thread; whatever happens is told in the outcome. */
@FunctionalInterface
interface StageRunner {
    TaskDone run(TaskLaunch launch, long queuedNanos, Cancellation cancellation);
}
