package dev.capstan.driver.scheduling;

import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.kernel.actor.Message;

/** DAG scheduler to task scheduler. */
public sealed interface SchedulingRequest extends Message {
    /** Run all tasks of the set. */
    record SubmitTasks(TaskSet tasks) implements SchedulingRequest {
        /** Without the plan of the stage, which would keep its datasets from being forgotten. */
        @Override
        public Object trace() {
            return new Trace("SubmitTasks", tasks.stage(), tasks.name(), tasks.partitions().length);
        }

        private record Trace(String message, StageAttempt stage, String name, int tasks) {}
    }

    /** Run no more tasks of this stage attempt and end those that run; nothing more is told of it. */
    record CancelTasks(StageAttempt stage, boolean interrupt, String reason) implements SchedulingRequest {}

    /**
     * An input of this stage attempt is lost: launch no more of its tasks, let those that run go on. Answered with
     * {@link SchedulingEvent.TasksHeld}; what runs is reported as ever, but never retried.
     */
    record HoldTasks(StageAttempt stage) implements SchedulingRequest {}

    /** Another attempt of the stage has finished this partition: if it runs or waits here, it need not. */
    record PartitionFinished(StageAttempt stage, int partition) implements SchedulingRequest {}

    /** Tell every executor, those that will register later excepted. */
    record TellExecutors(ExecutorOrder order) implements SchedulingRequest {}

    /** Tell one executor, if it is still there. */
    record TellExecutor(ExecutorId executor, ExecutorOrder order) implements SchedulingRequest {}

    /** Answer with {@link SchedulingEvent.Explained} to the DAG scheduler. */
    record Explain() implements SchedulingRequest {}
}
