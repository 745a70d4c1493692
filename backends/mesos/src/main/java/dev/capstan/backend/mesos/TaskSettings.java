package dev.capstan.backend.mesos;

import com.google.protobuf.ByteString;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.kernel.config.ConfigException;

import org.apache.mesos.v1.Protos.Environment;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.Secret;
import org.apache.mesos.v1.Protos.Volume;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What the Mesos task of an executor holds besides its size, read once.
 *
 * @param java the command on agents; empty to look for one
 * @param javaUri of an archive; empty for none
 * @param home of Capstan on agents; empty for none
 * @param uris of further files
 * @param cached whether agents keep what they fetch
 * @param offeredPort whether it listens at a port that was offered
 * @param environment what is no secret of it
 * @param secrets of its environment
 */
record TaskSettings(
        String java,
        String javaUri,
        String home,
        List<String> uris,
        boolean cached,
        boolean offeredPort,
        Map<String, String> environment,
        List<Environment.Variable> secrets,
        Labels labels,
        ContainerSettings container) {
    private static final String FILE = "file:";
    private static final String REFERENCE = "@";

    TaskSettings {
        uris = List.copyOf(uris);
        secrets = List.copyOf(secrets);
    }

    static TaskSettings from(BackendEnvironment.Settings settings) {
        List<Environment.Variable> variables = new ArrayList<>();
        List<Volume> files = new ArrayList<>();
        NamedValues.parse(TaskKeys.SECRETS, MesosSettings.value(settings, TaskKeys.SECRETS))
                .forEach((name, value) -> {
                    if (name.startsWith(FILE)) {
                        files.add(file(name.substring(FILE.length()), secret(value)));
                    } else {
                        variables.add(
                                Environment.Variable.newBuilder()
                                        .setName(name)
                                        .setType(Environment.Variable.Type.SECRET)
                                        .setSecret(secret(value))
                                        .build());
                    }
                });
        ContainerSettings container = ContainerSettings.from(settings, files);
        return new TaskSettings(
                MesosSettings.value(settings, TaskKeys.JAVA),
                MesosSettings.value(settings, TaskKeys.JAVA_URI),
                MesosSettings.value(settings, TaskKeys.HOME),
                Arrays.stream(MesosSettings.value(settings, TaskKeys.URIS).split(",", -1))
                        .map(String::strip)
                        .filter(uri -> !uri.isEmpty())
                        .toList(),
                MesosSettings.value(settings, TaskKeys.FETCHER_CACHE),
                MesosSettings.value(settings, TaskKeys.PORT) == TaskKeys.Port.OFFERED
                        && !(container.network() instanceof ContainerSettings.Network.Own),
                NamedValues.parse(TaskKeys.ENVIRONMENT, MesosSettings.value(settings, TaskKeys.ENVIRONMENT)),
                variables,
                labels(NamedValues.parse(TaskKeys.LABELS, MesosSettings.value(settings, TaskKeys.LABELS))),
                container);
    }

    private static Volume file(String path, Secret secret) {
        if (path.isEmpty()) {
            throw new ConfigException(TaskKeys.SECRETS.name() + " has an entry for a file without a path");
        }
        return Volume.newBuilder()
                .setMode(Volume.Mode.RO)
                .setContainerPath(path)
                .setSource(Volume.Source.newBuilder().setType(Volume.Source.Type.SECRET).setSecret(secret))
                .build();
    }

    private static Secret secret(String value) {
        return value.startsWith(REFERENCE)
                ? Secret.newBuilder()
                        .setType(Secret.Type.REFERENCE)
                        .setReference(Secret.Reference.newBuilder().setName(value.substring(REFERENCE.length())))
                        .build()
                : Secret.newBuilder()
                        .setType(Secret.Type.VALUE)
                        .setValue(Secret.Value.newBuilder().setData(ByteString.copyFromUtf8(value)))
                        .build();
    }

    static Labels labels(Map<String, String> values) {
        Labels.Builder labels = Labels.newBuilder();
        values.forEach((name, value) -> labels.addLabels(Label.newBuilder().setKey(name).setValue(value)));
        return labels.build();
    }
}
