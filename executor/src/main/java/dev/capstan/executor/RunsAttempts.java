package dev.capstan.executor;

import dev.capstan.engine.execution.InstalledStage;
import dev.capstan.engine.execution.TaskResult;
import dev.capstan.engine.execution.TaskRunner;
import dev.capstan.engine.task.TaskLaunch;

/** Runs the tasks of a stage through the engine's runner. */
record RunsAttempts(TaskRunner runner, InstalledStage stage) implements StageRunner {
    @Override
    public TaskRun prepare(TaskLaunch launch) {
        return new EngineRun(runner.prepare(stage, launch));
    }

    private record EngineRun(TaskRunner.Attempt attempt) implements TaskRun {
        @Override
        public TaskResult run() {
            return attempt.run();
        }

        @Override
        public void kill(String reason) {
            attempt.kill(reason);
        }

        @Override
        public long recordsRead() {
            return attempt.recordsRead();
        }
    }
}
