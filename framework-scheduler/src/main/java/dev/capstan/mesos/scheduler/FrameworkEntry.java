package dev.capstan.mesos.scheduler;

import dev.capstan.kernel.actor.Entry;

import org.apache.mesos.v1.Protos.TaskState;

/** What a {@link FrameworkScheduler} must not forget. */
public sealed interface FrameworkEntry extends Entry {
    /** A master has given us this id. */
    record Identified(String frameworkId) implements FrameworkEntry {}

    /** The framework was torn down or removed: its id, its tasks and its operations are gone. */
    record Forgotten() implements FrameworkEntry {}

    /** A task is about to be launched. Written before the master is told. */
    record Intended(String taskId, String agentId, String executorId) implements FrameworkEntry {}

    /** An executor of groups is about to be launched. Written before its first task; forgotten with its last. */
    record ExecutorIntended(GroupExecutor executor) implements FrameworkEntry {}

    /** The state of a task. Written before the update that brought it is acknowledged. */
    record Changed(String taskId, TaskState state) implements FrameworkEntry {}

    /** It was decided that the task is not wanted any more. */
    record Cancelled(String taskId) implements FrameworkEntry {}

    /** A task is over; nothing about it is kept. */
    record Ended(String taskId) implements FrameworkEntry {}

    /** An operation is about to be asked for. Written before the master is told. */
    record OperationIntended(String operationId, String agentId) implements FrameworkEntry {}

    /** An operation is over; nothing about it is kept. Written before the update that ended it is acknowledged. */
    record OperationEnded(String operationId) implements FrameworkEntry {}
}
