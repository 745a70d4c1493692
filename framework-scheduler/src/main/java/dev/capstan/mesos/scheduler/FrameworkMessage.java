package dev.capstan.mesos.scheduler;

import dev.capstan.kernel.actor.Message;

import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.time.Duration;

/** What a {@link FrameworkScheduler} takes. */
public sealed interface FrameworkMessage extends Message {
    /** Its user to it. */
    sealed interface Command extends FrameworkMessage {}

    /** The first message: subscribe. */
    record Start() implements Command {}

    /**
     * One task is to run, once. A request whose id is known already is ignored; one that the framework may not make is
     * answered by {@link FrameworkEvent.RequestRefused}.
     */
    record Launch(TaskRequest request) implements Command {}

    /** As {@link Launch}, for several tasks that are to run together. */
    record LaunchGroup(GroupRequest request) implements Command {}

    /**
     * The task is not wanted any more: it is not launched, or killed if it was. One that waits with others of a group
     * takes all of them with it.
     */
    record Cancel(String taskId) implements Command {}

    /** As {@link Launch}, for resources that are to be changed. */
    record Operate(OperationRequest request) implements Command {}

    /** A change is not wanted any more. Once a master was asked for it, that cannot be taken back. */
    record Withdraw(String operationId) implements Command {}

    /**
     * Masters are to know the framework by another description from now on; answered by {@link
     * FrameworkEvent.Described} or {@link FrameworkEvent.DescriptionRefused}. It is not durable: a later run comes with
     * its own. Tasks may ask for resources of a role that is new once it is in force.
     */
    record Describe(FrameworkDescription description) implements Command {}

    /** No task is to go to the agent for a while; each takes the place of the one before. */
    record Avoid(String agentId, Duration time, String reason) implements Command {
        private static final Duration FOR_EVER = Duration.ofDays(36_500);

        public Avoid {
            time = time.compareTo(FOR_EVER) > 0 ? FOR_EVER : time; // what is longer cannot be counted in nanoseconds
        }
    }

    /** Tasks may go to the agent again. */
    record Trust(String agentId) implements Command {}

    /** An executor is not wanted any more, nor the tasks that it runs. */
    record ShutDown(String executorId, String agentId) implements Command {}

    /** Something for an executor of ours. Mesos may lose it. */
    record Tell(String executorId, String agentId, Bytes data) implements Command {}

    /** Answer with {@link FrameworkEvent.Explained}. */
    record Explain() implements Command {}

    /**
     * The last message. With {@code teardown} all tasks are killed and the framework is forgotten; without it, or where
     * no master can be told, they run on for its failover time-out.
     */
    record Stop(boolean teardown) implements Command {}

    /** The connection to it. Each carries the number of the connection; those of an older one are ignored. */
    sealed interface Heard extends FrameworkMessage {
        long connection();
    }

    /** The master has said something. */
    record EventArrived(long connection, Event event) implements Heard {
        @Override
        public Object trace() {
            return "event " + event.getType() + " on connection " + connection;
        }
    }

    /**
     * There is no connection, or no longer one.
     *
     * @param hopeless whether trying again would end in the same way: wrong credentials, for instance
     */
    record ConnectionEnded(long connection, boolean hopeless, String reason) implements Heard {}

    /** The master has done what a call asked for. Said of UPDATE_FRAMEWORK only: others are only taken to be done. */
    record CallDone(long connection, Call call) implements Heard {
        @Override
        public Object trace() {
            return "done " + call.getType() + " on connection " + connection;
        }
    }

    /** The master has answered a call with an error; the connection goes on. */
    record CallRefused(long connection, Call call, String reason) implements Heard {
        @Override
        public Object trace() {
            return "refused " + call.getType() + " on connection " + connection + ": " + reason;
        }
    }

    /**
     * What was seen by a look at the cluster.
     *
     * @param reason why not enough is offered, in words; empty when there is none to be seen
     */
    record LookedAround(String reason) implements FrameworkMessage {}

    /** Timers. */
    sealed interface Due extends FrameworkMessage {}

    /** Connect again. */
    record Reconnect() implements Due {}

    /** Look whether the master still sends heartbeats. */
    record CheckHeartbeat(long connection) implements Due {}

    /** Give up offers that nothing was made of. */
    record SweepOffers() implements Due {}

    /** Ask for offers again, now that it is not too soon after the last time. */
    record Revive() implements Due {}

    /** Ask the master about tasks that it has not answered for. */
    record AskAgain() implements Due {}

    /** Begin a round of questions about all tasks. */
    record AskAboutAll() implements Due {}

    /** Ask which tasks the master knows of that we do not. */
    record AskForUnknown() implements Due {}

    /** Look for tasks that were launched long ago and have not been heard of. */
    record CheckLaunches() implements Due {}

    /** Ask about operations that nothing was heard of. */
    record AskAboutOperations() implements Due {}

    /** Say again that tasks are to be killed. */
    record KillAgain() implements Due {}

    /** Look why not enough is offered, if something waits. */
    record LookAround() implements Due {}

    /** Nobody has answered since the start. */
    record GiveUpConnecting() implements Due {}

    /** Nobody has taken us since we were stopped. */
    record GiveUpLeaving() implements Due {}
}
