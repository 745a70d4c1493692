package dev.capstan.executor;

import dev.capstan.engine.execution.InstalledStage;
import dev.capstan.engine.execution.TaskResult;
import dev.capstan.engine.execution.TaskRunner;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.executor.logic.ExecutorSignal.TaskDone;

/** Runs the tasks of a stage through the engine's runner. */
final class RunsAttempts implements StageRunner {
    private final TaskRunner runner;
    private final InstalledStage stage;

    RunsAttempts(TaskRunner runner, InstalledStage stage) {
        this.runner = runner;
        this.stage = stage;
    }

    @Override
    public TaskDone run(TaskLaunch launch, long queuedNanos, Cancellation cancellation) {
        TaskRunner.Attempt attempt = runner.prepare(stage, launch);
        cancellation.onCancel(attempt::kill);
        TaskResult result = attempt.run();
        return new TaskDone(launch.id(), result.outcome(), result.metrics().queuedFor(queuedNanos));
    }
}
