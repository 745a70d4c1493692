package dev.capstan.mesos.executor;

import com.google.protobuf.ByteString;

import dev.capstan.kernel.actor.Message;

import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.executor.Protos.Event;

import java.time.Duration;
import java.util.List;

/** A {@link MesosExecutor} to its user. */
public sealed interface ExecutorEvent extends Message {
    /** The agent has taken us, for the first time or again. */
    record Registered(Event.Subscribed by) implements ExecutorEvent {}

    /** The agent is away for now; what runs goes on. */
    record Disconnected(String reason) implements ExecutorEvent {}

    /** Tasks are to run; more than one of them are to live and die together. */
    record Launched(List<TaskInfo> tasks) implements ExecutorEvent {
        public Launched {
            tasks = List.copyOf(tasks);
        }
    }

    /** A task is to end; {@code grace} is zero when nothing is said. */
    record KillAsked(String taskId, Duration grace) implements ExecutorEvent {}

    /** From the scheduler. */
    record MessageArrived(ByteString data) implements ExecutorEvent {}

    /** All is to end: tasks are to be killed and told of, then comes {@link ExecutorMessage.Stop}. */
    record ShutdownAsked(Duration grace) implements ExecutorEvent {}

    /** The agent does not take an update, and it is not said again. */
    record UpdateRefused(String taskId, String reason) implements ExecutorEvent {}

    /** It is over: kill what runs, and end. Nothing is said or heard any more. */
    record Failed(String reason) implements ExecutorEvent {}
}
