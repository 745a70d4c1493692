package dev.capstan.devcluster.mesos.message;

import com.google.protobuf.ByteString;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.DrainConfig;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.Operation;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.executor.Protos.Call;

import java.util.List;

/** What an agent takes. */
public sealed interface AgentMessage extends Message {
    // From whoever starts the agent

    /** The agent begins, maybe with what an agent before it has left. */
    record Started() implements AgentMessage {}

    // From the network

    /** There is a master, maybe a new one. */
    record MasterDetected(Address master) implements AgentMessage {}

    // From the master

    /** The agent is known by this id. */
    record Registered(AgentID id) implements AgentMessage {}

    /** A task is to run. Its resources carry the role that they are allocated to. */
    record RunTask(FrameworkInfo framework, TaskInfo task) implements AgentMessage {
        @Override
        public Object trace() {
            return "RunTask[" + task.getTaskId().getValue() + "]";
        }
    }

    /** Tasks are to run together, each in a process of its own, under an executor that the agent has itself. */
    record RunTaskGroup(FrameworkInfo framework, ExecutorInfo executor, List<TaskInfo> tasks) implements AgentMessage {
        public RunTaskGroup {
            tasks = List.copyOf(tasks);
        }

        @Override
        public Object trace() {
            return "RunTaskGroup[" + executor.getExecutorId().getValue() + ", " + tasks.size() + " tasks]";
        }
    }

    /**
     * Resources of the agent change by an operation.
     *
     * @param total what the agent has from now on
     */
    record ApplyOperation(Operation operation, List<Resource> total) implements AgentMessage {
        public ApplyOperation {
            total = List.copyOf(total);
        }

        @Override
        public Object trace() {
            return "ApplyOperation["
                    + operation.getInfo().getType()
                    + " "
                    + operation.getInfo().getId().getValue()
                    + "]";
        }
    }

    /** The agent did not speak of an operation when it came back: if it never got it, it will not do it any more. */
    record DropOperation(Operation operation) implements AgentMessage {}

    /** The framework has seen how an operation has ended. */
    record AcknowledgeOperation(ByteString operation, ByteString uuid) implements AgentMessage {}

    /** A task is to end; the policy is the default one if the framework gave none. */
    record KillTask(FrameworkID framework, TaskID task, KillPolicy policy) implements AgentMessage {}

    /** The framework has seen an update. */
    record AcknowledgeUpdate(FrameworkID framework, TaskID task, ByteString uuid) implements AgentMessage {}

    /** The framework is gone for good. */
    record ShutdownFramework(FrameworkID framework) implements AgentMessage {}

    /** The framework wants an executor to end. */
    record ShutdownExecutor(FrameworkID framework, ExecutorID executor) implements AgentMessage {}

    /** The framework has come back: what it has not acknowledged is told again at once. */
    record FrameworkReturned(FrameworkID framework) implements AgentMessage {}

    /** All tasks are to end, within this time if one is given: an operator wants the agent empty. */
    record Drain(DrainConfig config) implements AgentMessage {}

    /** What a scheduler tells its executor. */
    record TellExecutor(FrameworkID framework, ExecutorID executor, ByteString data) implements AgentMessage {
        @Override
        public Object trace() {
            return "TellExecutor[" + executor.getValue() + ", " + data.size() + " bytes]";
        }
    }

    /** The master wants to know whether the agent is there; answered with {@link MasterMessage.Pong}. */
    record Ping() implements AgentMessage {}

    // From executors

    /** A call of an executor. From the HTTP side, which awaits a {@link Reply}. */
    record ExecutorCall(Address from, Call call) implements AgentMessage {
        @Override
        public Object trace() {
            return "ExecutorCall[" + call.getType() + " of " + call.getExecutorId().getValue() + "]";
        }
    }

    /** The peer of a stream is gone. From the HTTP side. */
    record StreamClosed(Address stream) implements AgentMessage {}

    // From containers

    /** A process runs. */
    record ContainerStarted(ContainerID container, int pid) implements AgentMessage {}

    /** There will be no process, and why. */
    record ContainerFailed(ContainerID container, String reason) implements AgentMessage {}

    /** A process has ended, with the raw status of the wait for it. */
    record ContainerExited(ContainerID container, int status) implements AgentMessage {}

    // Timers

    /** Executors of the agent before this one have had their time to come back. */
    record RecoveryEnded() implements AgentMessage {}

    /** The master has not asked for so long that it may have given this agent up. */
    record MasterSilent() implements AgentMessage {}

    /** The master has not answered. */
    record TryRegister() implements AgentMessage {}

    /** An update has not been acknowledged for a while. */
    record RepeatUpdate(FrameworkID framework, TaskID task) implements AgentMessage {}

    /** The end of an operation has not been acknowledged for a while. */
    record RepeatOperation(ByteString operation) implements AgentMessage {}

    /** An executor has not subscribed in time. */
    record RegistrationExpired(ContainerID container) implements AgentMessage {}

    /** A container that was asked to end has not. */
    record GraceExpired(ContainerID container) implements AgentMessage {}
}
