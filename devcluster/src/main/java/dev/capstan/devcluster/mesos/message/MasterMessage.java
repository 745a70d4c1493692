package dev.capstan.devcluster.mesos.message;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.Operation;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Task;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.jspecify.annotations.Nullable;

import java.util.List;

/** What a master takes. */
public sealed interface MasterMessage extends Message {
    // From frameworks and operators

    /** A call of a scheduler; well-formed, but not yet looked at. From the HTTP side, which awaits a {@link Reply}. */
    record SchedulerCall(Address from, @Nullable String streamId, @Nullable String principal, Call call)
            implements MasterMessage {
        @Override
        public Object trace() {
            return "SchedulerCall[" + call.getType() + " of " + call.getFrameworkId().getValue() + "]";
        }
    }

    /** A request of an operator. From the HTTP side, which awaits a {@link Reply}. */
    record OperatorCall(Address from, org.apache.mesos.v1.master.Protos.Call call) implements MasterMessage {}

    /** Somebody wants to see all in the form of old. From the HTTP side, which awaits a {@link Reply}. */
    record StateAsked(Address from) implements MasterMessage {}

    /** The peer of a stream is gone. From the HTTP side. */
    record StreamClosed(Address stream) implements MasterMessage {}

    // From agents

    /**
     * An agent is there, with what runs on it; answered with {@link AgentMessage.Registered}.
     *
     * @param info its id is set when it was registered before
     * @param total its resources, with the reservations and volumes that were made since it began
     * @param operations whose end is not acknowledged
     * @param tasks what it still has, including tasks whose end is not acknowledged
     */
    record RegisterAgent(
            Address from,
            AgentInfo info,
            List<Resource> total,
            List<Operation> operations,
            List<Task> tasks,
            List<ExecutorInfo> executors,
            List<FrameworkInfo> frameworks)
            implements MasterMessage {
        public RegisterAgent {
            total = List.copyOf(total);
            operations = List.copyOf(operations);
            tasks = List.copyOf(tasks);
            executors = List.copyOf(executors);
            frameworks = List.copyOf(frameworks);
        }

        /** An agent on whose resources there were no operations. */
        public RegisterAgent(
                Address from,
                AgentInfo info,
                List<Task> tasks,
                List<ExecutorInfo> executors,
                List<FrameworkInfo> frameworks) {
            this(from, info, info.getResourcesList(), List.of(), tasks, executors, frameworks);
        }

        @Override
        public Object trace() {
            return "RegisterAgent[" + info.getHostname() + ", " + tasks.size() + " tasks]";
        }
    }

    /**
     * An update to pass on to the framework.
     *
     * @param latest the newest state that the agent knows, which may be ahead of this update
     */
    record UpdateArrived(AgentID agent, FrameworkID framework, TaskStatus status, TaskState latest)
            implements MasterMessage {
        @Override
        public Object trace() {
            return "UpdateArrived[" + status.getTaskId().getValue() + " " + status.getState() + "]";
        }
    }

    /** How an operation has ended, to pass on to the framework. */
    record OperationUpdateArrived(AgentID agent, Operation operation) implements MasterMessage {
        @Override
        public Object trace() {
            return "OperationUpdateArrived["
                    + operation.getInfo().getId().getValue()
                    + " "
                    + operation.getLatestStatus().getState()
                    + "]";
        }
    }

    /** An executor has ended, with the raw status of the wait for it. */
    record ExecutorExited(AgentID agent, FrameworkID framework, ExecutorID executor, int status)
            implements MasterMessage {}

    /** What an executor tells its scheduler. */
    record ExecutorTold(AgentID agent, FrameworkID framework, ExecutorID executor, com.google.protobuf.ByteString data)
            implements MasterMessage {
        @Override
        public Object trace() {
            return "ExecutorTold[" + executor.getValue() + ", " + data.size() + " bytes]";
        }
    }

    /** An agent answers a {@link AgentMessage.Ping}. */
    record Pong(AgentID agent) implements MasterMessage {}

    /** An agent ends for good, and its tasks with it. From whoever ends the agent. */
    record AgentLeaves(Address agent) implements MasterMessage {}

    /** The connection to an agent has broken. From the network. */
    record AgentLinkBroke(Address agent) implements MasterMessage {}

    // From whoever starts the master

    /** The master leads from now on. */
    record Led() implements MasterMessage {}

    // Timers

    /** Time to offer what is free. */
    record Allocate() implements MasterMessage {}

    /** Agents that masters before this one knew have had their time to come back. */
    record ReregistrationExpired() implements MasterMessage {}

    /** Time for a heartbeat on a stream. */
    record Beat(Address stream) implements MasterMessage {}

    /** Time for a heartbeat to an operator who listens. */
    record WatcherBeat(Address stream) implements MasterMessage {}

    /** A framework has not come back in time. */
    record FailoverExpired(FrameworkID framework) implements MasterMessage {}

    /** An offer has been held too long. */
    record OfferExpired(OfferID offer) implements MasterMessage {}

    /** Time to ask an agent whether it is there. */
    record PingAgent(AgentID agent) implements MasterMessage {}

    // Faults, from tests

    /** Heartbeats stop, or go on. */
    record SilenceHeartbeats(boolean silent) implements MasterMessage {}

    /** The next updates are not passed on; agents repeat them. */
    record DropUpdates(int count) implements MasterMessage {}

    /** Every update is passed on so many times. */
    record RepeatUpdates(int times) implements MasterMessage {}

    /** All offers are taken back. */
    record RescindAll() implements MasterMessage {}
}
