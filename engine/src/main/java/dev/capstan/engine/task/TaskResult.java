package dev.capstan.engine.task;

/** How an attempt ended and what it cost. */
public record TaskResult(TaskOutcome outcome, TaskMetrics metrics) {}
