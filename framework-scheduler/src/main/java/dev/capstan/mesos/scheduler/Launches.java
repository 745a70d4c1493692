package dev.capstan.mesos.scheduler;

import org.apache.mesos.v1.Protos.ContainerInfo.DockerInfo;
import org.apache.mesos.v1.Protos.Environment;
import org.apache.mesos.v1.Protos.TaskInfo;

import java.util.List;

/** Fills in what a request leaves open once it has a place. */
final class Launches {
    private Launches() {}

    static Placement placement(Matching.Match match) {
        return new Placement(
                match.seat().agent().agentId(),
                match.seat().agent().hostname(),
                match.taken().resources(),
                match.taken().ports());
    }

    static TaskInfo taskInfo(Matching.Match match, String frameworkId) {
        TaskRequest request = match.request();
        TaskInfo.Builder task = request.template().toBuilder();
        if (task.getName().isEmpty()) {
            task.setName(request.id());
        }
        task.setTaskId(Calls.task(request.id()))
                .setAgentId(Calls.agent(match.seat().agent().agentId()))
                .clearResources()
                .addAllResources(match.taken().resources().toProtos());
        if (task.hasExecutor()) {
            task.getExecutorBuilder().getFrameworkIdBuilder().setValue(frameworkId);
        }
        List<Integer> ports = match.taken().ports();
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
            environment.addVariables(variable("HOST", match.seat().agent().hostname()));
            for (int i = 0; i < ports.size(); i++) {
                environment.addVariables(variable("PORT" + i, Integer.toString(ports.get(i))));
            }
        }
        return task.build();
    }

    private static Environment.Variable variable(String name, String value) {
        return Environment.Variable.newBuilder().setName(name).setValue(value).build();
    }
}
