package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.kernel.config.ConfigException;

import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ContainerInfo.DockerInfo;
import org.apache.mesos.v1.Protos.Image;
import org.apache.mesos.v1.Protos.NetworkInfo;
import org.apache.mesos.v1.Protos.Parameter;
import org.apache.mesos.v1.Protos.Volume;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * In what an executor runs on its agent.
 *
 * @param docker whether Docker runs the image, and not the agent itself
 * @param image empty for none
 * @param parameters of docker run
 * @param secretFiles that only containers of the agent itself can have
 */
record ContainerSettings(
        boolean docker,
        String image,
        boolean pull,
        List<Volume> volumes,
        Map<String, String> parameters,
        Network network,
        List<Volume> secretFiles) {
    private static final String READ_ONLY = ":ro";
    private static final String READ_WRITE = ":rw";

    /** How an executor is reached. */
    sealed interface Network {
        /** By the addresses and ports of its agent. */
        record Host() implements Network {}

        /** By ports of its agent that lead to its own. */
        record Bridge() implements Network {}

        /** By an address of its own, all of whose ports it has. */
        record Own(String name, Map<String, String> labels) implements Network {}
    }

    static ContainerSettings from(BackendEnvironment.Settings settings, List<Volume> secretFiles) {
        boolean docker = MesosSettings.value(settings, TaskKeys.CONTAINERIZER) == TaskKeys.Containerizer.DOCKER;
        String image = MesosSettings.value(settings, TaskKeys.IMAGE);
        Map<String, String> parameters =
                NamedValues.parse(TaskKeys.PARAMETERS, MesosSettings.value(settings, TaskKeys.PARAMETERS));
        Network network = network(settings);
        require(!docker || !image.isEmpty(), TaskKeys.CONTAINERIZER.name() + " docker needs " + TaskKeys.IMAGE.name());
        require(docker || parameters.isEmpty(), TaskKeys.PARAMETERS.name() + " is for containers of type docker only");
        require(
                docker || !(network instanceof Network.Bridge),
                TaskKeys.NETWORK.name() + " bridge is for containers of type docker only");
        require(
                !docker || secretFiles.isEmpty(),
                TaskKeys.SECRETS.name()
                        + " names a file; containers of type docker can have environment variables only");
        require(
                !(network instanceof Network.Bridge)
                        || MesosSettings.value(settings, TaskKeys.PORT) == TaskKeys.Port.OFFERED,
                "an executor on a bridge is reached at ports that were offered only: leave out "
                        + TaskKeys.PORT.name());
        return new ContainerSettings(
                docker,
                image,
                MesosSettings.value(settings, TaskKeys.PULL),
                volumes(MesosSettings.value(settings, TaskKeys.VOLUMES)),
                parameters,
                network,
                secretFiles);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ConfigException(otherwise);
        }
    }

    private static Network network(BackendEnvironment.Settings settings) {
        String name = MesosSettings.value(settings, TaskKeys.NETWORK);
        Map<String, String> labels =
                NamedValues.parse(TaskKeys.NETWORK_LABELS, MesosSettings.value(settings, TaskKeys.NETWORK_LABELS));
        Network network =
                switch (name) {
                    case "", "host" -> new Network.Host();
                    case "bridge" -> new Network.Bridge();
                    default -> new Network.Own(name, labels);
                };
        require(
                labels.isEmpty() || network instanceof Network.Own,
                TaskKeys.NETWORK_LABELS.name()
                        + " is for a network with a name; "
                        + TaskKeys.NETWORK.name()
                        + " has none");
        return network;
    }

    private static List<Volume> volumes(String text) {
        List<Volume> volumes = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
                volumes.add(volume(part.strip()));
            }
        }
        return List.copyOf(volumes);
    }

    private static Volume volume(String text) {
        boolean readOnly = text.endsWith(READ_ONLY);
        String paths =
                readOnly || text.endsWith(READ_WRITE) ? text.substring(0, text.length() - READ_ONLY.length()) : text;
        String[] parts = paths.split(":", -1);
        require(
                parts.length == 2 && parts[0].startsWith("/") && parts[1].startsWith("/"),
                TaskKeys.VOLUMES.name() + ": '" + text + "' is not /HOST:/CONTAINER or /HOST:/CONTAINER:ro");
        return Volume.newBuilder()
                .setHostPath(parts[0])
                .setContainerPath(parts[1])
                .setMode(readOnly ? Volume.Mode.RO : Volume.Mode.RW)
                .build();
    }

    /** As a task says it; none for a process of the agent like any other. */
    @Nullable ContainerInfo info() {
        if (image.isEmpty() && volumes.isEmpty() && secretFiles.isEmpty() && network instanceof Network.Host) {
            return null;
        }
        ContainerInfo.Builder info =
                ContainerInfo.newBuilder()
                        .setType(docker ? ContainerInfo.Type.DOCKER : ContainerInfo.Type.MESOS)
                        .addAllVolumes(volumes)
                        .addAllVolumes(secretFiles);
        if (docker) {
            info.setDocker(dockerInfo());
        } else if (!image.isEmpty()) {
            info.getMesosBuilder()
                    .setImage(
                            Image.newBuilder()
                                    .setType(Image.Type.DOCKER)
                                    .setDocker(Image.Docker.newBuilder().setName(image))
                                    .setCached(!pull));
        }
        if (network instanceof Network.Own(var name, var labels)) {
            info.addNetworkInfos(NetworkInfo.newBuilder().setName(name).setLabels(TaskSettings.labels(labels)));
        }
        return info.build();
    }

    private DockerInfo dockerInfo() {
        DockerInfo.Builder builder =
                DockerInfo.newBuilder()
                        .setImage(image)
                        .setForcePullImage(pull)
                        .setNetwork(
                                switch (network) {
                                    case Network.Host() -> DockerInfo.Network.HOST;
                                    case Network.Bridge() -> DockerInfo.Network.BRIDGE;
                                    case Network.Own _ -> DockerInfo.Network.USER;
                                });
        parameters.forEach((name, value) -> builder.addParameters(Parameter.newBuilder().setKey(name).setValue(value)));
        return builder.build();
    }
}
