package dev.capstan.mesos.scheduler;

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
    private Launches() {}

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
