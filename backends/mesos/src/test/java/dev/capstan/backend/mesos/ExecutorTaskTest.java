package dev.capstan.backend.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.executor.live.ExecutorOrigin;
import dev.capstan.executor.live.ExecutorPlace;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.config.ConfigException;
import dev.capstan.kernel.config.ConfigKey;
import dev.capstan.kernel.config.ConfigTable;
import dev.capstan.kernel.rpc.socket.Secret;

import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ContainerInfo.DockerInfo;
import org.apache.mesos.v1.Protos.Environment.Variable;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.Volume;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

class ExecutorTaskTest {
    private static final Map<String, String> DEFAULTS =
            ConfigTable.load().keys().stream().collect(Collectors.toMap(ConfigKey::name, ConfigKey::defaultText));

    private static MesosSettings settings(String... keysAndValues) {
        Map<String, String> values = new HashMap<>(DEFAULTS);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put("capstan.mesos." + keysAndValues[i], keysAndValues[i + 1]);
        }
        return MesosSettings.from(values::get);
    }

    private static TaskInfo task(String... keysAndValues) {
        var origin =
                new ExecutorOrigin(
                        new ExecutorId("app-1-executor-0"),
                        new LeaseId("app-1-executor-0"),
                        ExecutorPlace.at("agent"),
                        settings(keysAndValues).size().lease(),
                        "app",
                        new Epoch(1),
                        new Address("driver", "tasks"),
                        InetSocketAddress.createUnresolved("10.0.0.1", 4711),
                        false,
                        Secret.of("not to be read by anybody"),
                        Path.of("logs"));
        return new ExecutorTask(settings(keysAndValues), RuntimeFiles.installedIn("/opt/capstan"), List.of())
                .template(origin);
    }

    @Test
    void anExecutorListensAtAnOfferedPortByTheNameOfItsAgent() {
        assertThat(settings().needs().ports()).isEqualTo(1);
        assertThat(task().getCommand().getValue()).contains("--host \"$HOST\" --bind \"$HOST\" --port \"$PORT0\"");
        assertThat(task().hasContainer()).isFalse();
    }

    @Test
    void anyFreePortNeedsNoOffer() {
        assertThat(settings("executor.port", "any").needs().ports()).isZero();
        assertThat(task("executor.port", "any").getCommand().getValue()).contains("--port 0 ");
    }

    @Test
    void theTaskCarriesItsEnvironmentItsLabelsAndItsName() {
        TaskInfo task = task("executor.environment", "TZ=UTC; PATHS=a\\;b", "labels", "team=data; purpose=nightly");

        assertThat(variable(task, "TZ").getValue()).isEqualTo("UTC");
        assertThat(variable(task, "PATHS").getValue()).isEqualTo("a;b");
        assertThat(task.getLabels().getLabelsList())
                .extracting(Label::getKey, Label::getValue)
                .containsExactly(tuple("team", "data"), tuple("purpose", "nightly"));
        assertThat(task.getDiscovery().getName()).isEqualTo("app-1-executor-0");
    }

    @Test
    void howNativeMemoryIsKeptIsUpToTheEnvironmentIfItSaysSo() {
        assertThat(variable(task(), "MALLOC_ARENA_MAX").getValue()).isEqualTo("1");
        TaskInfo own = task("executor.environment", "MALLOC_ARENA_MAX=7");
        assertThat(own.getCommand().getEnvironment().getVariablesList())
                .filteredOn(variable -> variable.getName().equals("MALLOC_ARENA_MAX"))
                .extracting(Variable::getValue)
                .containsExactly("7");
    }

    private static Variable variable(TaskInfo task, String name) {
        return task.getCommand().getEnvironment().getVariablesList().stream()
                .filter(variable -> variable.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void secretsGoAsSecretsNotAsText() {
        TaskInfo task = task("executor.secrets", "TOKEN=s3cret; KEY=@vault/key; file:certs/key.pem=pem");

        Variable token = variable(task, "TOKEN");
        assertThat(token.getType()).isEqualTo(Variable.Type.SECRET);
        assertThat(token.hasValue()).isFalse();
        assertThat(token.getSecret().getValue().getData().toStringUtf8()).isEqualTo("s3cret");
        assertThat(variable(task, "KEY").getSecret().getReference().getName()).isEqualTo("vault/key");
        Volume file = task.getContainer().getVolumes(0);
        assertThat(task.getContainer().getType()).isEqualTo(ContainerInfo.Type.MESOS);
        assertThat(file.getContainerPath()).isEqualTo("certs/key.pem");
        assertThat(file.getSource().getSecret().getValue().getData().toStringUtf8()).isEqualTo("pem");
    }

    @Test
    void whatAgentsFetchIsKeptByThemWhenAskedFor() {
        TaskInfo task =
                task("uris", "http://files/a.tgz, hdfs://b", "javaUri", "http://files/jdk.tgz", "fetcherCache", "true");

        assertThat(task.getCommand().getUrisList())
                .extracting(CommandInfo.URI::getValue)
                .containsExactly("http://files/jdk.tgz", "http://files/a.tgz", "hdfs://b");
        assertThat(task.getCommand().getUrisList()).allMatch(CommandInfo.URI::getCache);
    }

    @Test
    void anImageRunsInAContainerOfTheAgentUnlessDockerIsAskedFor() {
        ContainerInfo container =
                task("container.image", "jdk:25", "container.pull", "true", "container.volumes", "/data:/in:ro,/tmp:/t")
                        .getContainer();

        assertThat(container.getType()).isEqualTo(ContainerInfo.Type.MESOS);
        assertThat(container.getMesos().getImage().getDocker().getName()).isEqualTo("jdk:25");
        assertThat(container.getMesos().getImage().getCached()).isFalse();
        assertThat(container.getVolumesList())
                .extracting(Volume::getHostPath, Volume::getContainerPath, Volume::getMode)
                .containsExactly(tuple("/data", "/in", Volume.Mode.RO), tuple("/tmp", "/t", Volume.Mode.RW));
    }

    @Test
    void dockerTakesParametersAndListensEverywhereBehindItsBridge() {
        TaskInfo task =
                task(
                        "container.type",
                        "docker",
                        "container.image",
                        "jdk:25",
                        "container.network",
                        "bridge",
                        "container.parameters",
                        "cap-drop=ALL; ulimit=nofile=1024");

        DockerInfo docker = task.getContainer().getDocker();
        assertThat(docker.getNetwork()).isEqualTo(DockerInfo.Network.BRIDGE);
        assertThat(docker.getParameters(1).getKey()).isEqualTo("ulimit");
        assertThat(docker.getParameters(1).getValue()).isEqualTo("nofile=1024");
        assertThat(task.getCommand().getValue()).contains("--host \"$HOST\" --bind 0.0.0.0 --port \"$PORT0\"");
    }

    @Test
    void onANetworkOfItsOwnAnExecutorHasItsOwnAddressAndAllPorts() {
        TaskInfo task = task("container.network", "overlay", "container.networkLabels", "vlan=7");

        assertThat(settings("container.network", "overlay").needs().ports()).isZero();
        assertThat(task.getContainer().getNetworkInfos(0).getName()).isEqualTo("overlay");
        assertThat(task.getContainer().getNetworkInfos(0).getLabels().getLabels(0).getValue()).isEqualTo("7");
        assertThat(task.getCommand().getValue()).contains("--host \"${MESOS_CONTAINER_IP:-").contains("--port 0 ");
    }

    @Test
    void gpusAndNamedResourcesAreNeededAndMayBeAskedForByTasks() {
        MesosSettings settings = settings("executor.gpus", "2", "executor.resources", "fpga=1; licenses=0.5");

        assertThat(settings.needs().milliScalars())
                .containsEntry("gpus", 2_000L)
                .containsEntry("fpga", 1_000L)
                .containsEntry("licenses", 500L);
        assertThat(settings.size().lease().named()).containsEntry("gpus", 2_000L).containsEntry("licenses", 500L);
        assertThat(settings.framework("app").getCapabilitiesList())
                .extracting(Capability::getType)
                .contains(Capability.Type.GPU_RESOURCES);
        assertThat(settings().framework("app").getCapabilitiesList())
                .extracting(Capability::getType)
                .doesNotContain(Capability.Type.GPU_RESOURCES);
    }

    @Test
    void mastersAreToldOfWhatWouldBeRefusedOnlyWhenAskedTo() {
        MesosSettings filtering =
                settings("filterAtMaster", "true", "constraints", "rack = r1", "executor.cores", "2", "role", "dev");

        assertThat(
                        filtering
                                .framework("app")
                                .getOfferFiltersOrThrow("dev")
                                .getMinAllocatableResources()
                                .getQuantities(0)
                                .getQuantitiesOrThrow("cpus")
                                .getValue())
                .isEqualTo(2.0);
        assertThat(filtering.offerConstraints().getRoleConstraintsMap()).containsOnlyKeys("dev");
        assertThat(settings("constraints", "rack = r1").framework("app").getOfferFiltersMap()).isEmpty();
        assertThat(settings("constraints", "rack = r1").offerConstraints().getRoleConstraintsCount()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "container.type | docker | container.type docker needs capstan.mesos.container.image",
                "container.parameters | a=b | is for containers of type docker only",
                "container.network | bridge | is for containers of type docker only",
                "container.networkLabels | a=b | is for a network with a name",
                "container.volumes | data:/in | is not /HOST:/CONTAINER",
                "executor.environment | TZ | entry 1 is not NAME=VALUE",
                "executor.environment | A=1; A=2 | names A twice",
                "executor.secrets | file:=x | a file without a path",
                "executor.resources | fpga=many | is not an amount of fpga",
                "executor.resources | fpga=0.0001 | is not an amount of fpga",
                "executor.resources | gpus=1 | has a key of its own: capstan.mesos.executor.gpus",
                "executor.memoryOverhead | 300 | 300 B are less than a megabyte",
                "executor.cores | 32 | capstan.mesos.cores.max (16) is less than one executor takes",
                "store | zk:// | capstan.mesos.store: 'zk://' names no path",
                "webui | not a page | capstan.mesos.webui: 'not a page' is not the address of a page"
            })
    void whatCannotBeIsRefusedByTheNameOfItsKey(String key, String value, String message) {
        assertThatThrownBy(() -> settings(key, value))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("capstan.mesos.")
                .hasMessageContaining(message);
    }

    @Test
    void aSecretIsNotRepeatedByAnError() {
        assertThatThrownBy(() -> settings("executor.secrets", "hunter2")).hasMessageNotContaining("hunter2");
    }

    @Test
    void dockerHasNoFilesWithSecretsAndNoBridgeWithoutAnOfferedPort() {
        assertThatThrownBy(() ->
                        settings("container.type", "docker", "container.image", "a", "executor.secrets", "file:x=y"))
                .hasMessageContaining("can have environment variables only");
        assertThatThrownBy(() ->
                        settings(
                                "container.type",
                                "docker",
                                "container.image",
                                "a",
                                "container.network",
                                "bridge",
                                "executor.port",
                                "any"))
                .hasMessageContaining("reached at ports that were offered only");
    }

    @Test
    void whereSomethingCouldNotBeFetchedItIsSaidWhatThereWas() {
        CommandInfo command =
                task("uris", "http://me:secret@files/a.tgz", "javaUri", "http://files/jdk.tgz").getCommand().toBuilder()
                        .addUris(CommandInfo.URI.newBuilder().setValue("http://10.0.0.1:80/key/one").setExtract(false))
                        .addUris(CommandInfo.URI.newBuilder().setValue("http://10.0.0.1:80/key/two").setExtract(false))
                        .build();
        String told = "Failed to fetch all URIs for container 'c': exited with status 1";
        assertThat(ExecutorTask.inWords(told, command))
                .isEqualTo(
                        told
                                + "; it was to fetch http://files/jdk.tgz, http://…@files/a.tgz, Capstan's own files"
                                + " from 10.0.0.1:80");
        assertThat(ExecutorTask.inWords("Command exited with status 1", command))
                .isEqualTo("Command exited with status 1");
    }

    /** What is looked at differs, and so must the words: he who has named a command knows that he can. */
    @Test
    void aJavaThatIsNotWhereTheUserSaysIsToldApartFromNone() {
        CommandInfo named = task("java", "/opt/jdk/bin/java").getCommand();
        assertThat(named.getValue()).contains("exit 98;");
        assertThat(ExecutorTask.inWords("Command exited with status 98", named))
                .isEqualTo("there is no JDK 25 on the agent where capstan.mesos.java names its java command");
        CommandInfo found = task().getCommand();
        assertThat(found.getValue()).contains("exit 97;");
        assertThat(ExecutorTask.inWords("Command exited with status 97", found))
                .startsWith("there is no JDK 25 on the agent; name its java command by capstan.mesos.java");
    }
}
