package dev.capstan.mesos.executor;

import com.google.protobuf.ByteString;

import dev.capstan.kernel.actor.Message;

import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;

/** What a {@link MesosExecutor} takes. */
public sealed interface ExecutorMessage extends Message {
    /** Its user to it. */
    sealed interface Command extends ExecutorMessage {}

    /** The first message: subscribe. */
    record Start() implements Command {}

    /** The state of a task. It is said to the agent until the agent has it; id, source and time are filled in. */
    record Update(TaskStatus status) implements Command {}

    /** Something for the scheduler. Mesos may lose it. */
    record Tell(ByteString data) implements Command {}

    /** The last message: hang up, after what was said before. */
    record Stop() implements Command {}

    /** The connection to it. Each carries the number of the connection; those of an older one are ignored. */
    sealed interface Heard extends ExecutorMessage {
        long connection();
    }

    /** The agent has said something. */
    record EventArrived(long connection, Event event) implements Heard {
        @Override
        public Object trace() {
            return "event " + event.getType() + " on connection " + connection;
        }
    }

    /**
     * There is no connection, or no longer one.
     *
     * @param hopeless whether trying again would end in the same way
     */
    record ConnectionEnded(long connection, boolean hopeless, String reason) implements Heard {}

    /** The agent has answered a call with an error; the connection goes on. */
    record CallRefused(long connection, Call call, String reason) implements Heard {
        @Override
        public Object trace() {
            return "refused " + call.getType() + " on connection " + connection + ": " + reason;
        }
    }

    /** Timers. */
    sealed interface Due extends ExecutorMessage {}

    /** Subscribe again. */
    record Reconnect() implements Due {}

    /** The agent has been away for as long as it may. */
    record GiveUp() implements Due {}

    /** Look whether the agent still answers. */
    record Probe() implements Due {}
}
