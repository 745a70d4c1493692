package dev.capstan.mesos.executor;

import dev.capstan.kernel.actor.Operation;

import org.apache.mesos.v1.executor.Protos.Call;

/** What a {@link MesosExecutor} wants done with its agent. */
public sealed interface AgentOperation extends Operation {
    /**
     * Begin a connection by subscribing; it takes the place of the one before. What is heard on it is told by messages
     * with its number, and its end by one {@link ExecutorMessage.ConnectionEnded}.
     */
    record Connect(long connection, Call subscribe) implements AgentOperation {}

    /** Say something on a connection, after all that was said before. */
    record Say(long connection, Call call) implements AgentOperation {}

    /** End a connection, after what was said has been sent. */
    record HangUp(long connection) implements AgentOperation {}
}
