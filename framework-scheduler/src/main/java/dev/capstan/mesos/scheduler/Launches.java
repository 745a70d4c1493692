package dev.capstan.mesos.scheduler;

import dev.capstan.ha.EpochStore;
import dev.capstan.mesos.resource.Pick;

import org.apache.mesos.v1.Protos.ContainerInfo.DockerInfo;
import org.apache.mesos.v1.Protos.Environment;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;

import java.util.List;

/** Fills in what a request leaves open once it has a place. */
final class Launches {
    /** Half of a record, which holds its resources too. */
    private static final int MOST_EXECUTOR_BYTES = EpochStore.MOST_RECORD_BYTES / 2;

    private Launches() {}

    /** Checks that a template lacks nothing but what is filled in here. */
    static void require(String id, TaskInfo template) {
        TaskInfo.Builder task = template.toBuilder().setName(id).clearResources();
        task.setTaskId(Calls.task(id)).setAgentId(Calls.agent(""));
        if (task.hasExecutor()) {
            Names.require("executor", task.getExecutor().getExecutorId().getValue());
            task.getExecutorBuilder().getFrameworkIdBuilder().setValue("");
        }
        if (!task.isInitialized()) {
            throw new IllegalArgumentException(
                    "the template of task " + id + " lacks " + String.join(", ", task.findInitializationErrors()));
        }
    }

    /** Checks that the executor of a group lacks nothing but what is filled in here, and that a book can hold it. */
    static void require(ExecutorInfo template) {
        String id = template.getExecutorId().getValue();
        Names.require("executor", id);
        ExecutorInfo.Builder executor = template.toBuilder().clearResources();
        executor.getFrameworkIdBuilder().setValue("");
        if (!executor.isInitialized()) {
            throw new IllegalArgumentException(
                    "executor " + id + " lacks " + String.join(", ", executor.findInitializationErrors()));
        }
        if (executor.buildPartial().getSerializedSize() > MOST_EXECUTOR_BYTES) {
            throw new IllegalArgumentException(
                    "executor " + id + " of a group has more than " + MOST_EXECUTOR_BYTES + " bytes");
        }
    }

    static Placement placement(Matching.Seat seat, Pick.Taken taken) {
        return new Placement(seat.agent().agentId(), seat.agent().hostname(), taken.resources(), taken.ports());
    }

    /** The executor of a group, which Mesos brings along. */
    static ExecutorInfo executor(GroupRequest request, Pick.Taken taken, String frameworkId) {
        return request.executor().toBuilder()
                .setType(ExecutorInfo.Type.DEFAULT)
                .setFrameworkId(FrameworkID.newBuilder().setValue(frameworkId))
                .clearResources()
                .addAllResources(taken.resources().toProtos())
                .build();
    }

    static TaskInfo task(String id, TaskInfo template, Matching.Seat seat, Pick.Taken taken, String frameworkId) {
        TaskInfo.Builder task = template.toBuilder();
        if (task.getName().isEmpty()) {
            task.setName(id);
        }
        task.setTaskId(Calls.task(id))
                .setAgentId(Calls.agent(seat.agent().agentId()))
                .clearResources()
                .addAllResources(taken.resources().toProtos());
        if (task.hasExecutor()) {
            task.getExecutorBuilder().getFrameworkIdBuilder().setValue(frameworkId);
        }
        List<Integer> ports = taken.ports();
        if (task.hasDiscovery()) {
            for (int i = 0; i < ports.size(); i++) {
                task.getDiscoveryBuilder()
                        .getPortsBuilder()
                        .addPortsBuilder()
                        .setNumber(ports.get(i))
                        .setName("PORT" + i)
                        .setProtocol("tcp");
            }
        }
        if (task.getContainer().getDocker().getNetwork() == DockerInfo.Network.BRIDGE) {
            for (int port : ports) {
                task.getContainerBuilder()
                        .getDockerBuilder()
                        .addPortMappingsBuilder()
                        .setHostPort(port)
                        .setContainerPort(port)
                        .setProtocol("tcp");
            }
        }
        if (task.hasCommand()) {
            Environment.Builder environment = task.getCommandBuilder().getEnvironmentBuilder();
            environment.addVariables(variable("HOST", seat.agent().hostname()));
            for (int i = 0; i < ports.size(); i++) {
                environment.addVariables(variable("PORT" + i, Integer.toString(ports.get(i))));
            }
        }
        return task.build();
    }

    /** All that an operation launches. */
    static List<TaskInfo> tasks(Offer.Operation operation) {
        return operation.hasLaunchGroup()
                ? operation.getLaunchGroup().getTaskGroup().getTasksList()
                : operation.getLaunch().getTaskInfosList();
    }

    private static Environment.Variable variable(String name, String value) {
        return Environment.Variable.newBuilder().setName(name).setValue(value).build();
    }
}
