package dev.capstan.engine.execution;

import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;

/** How an attempt ended and what it cost. */
public record TaskResult(TaskOutcome outcome, TaskMetrics metrics) {}
