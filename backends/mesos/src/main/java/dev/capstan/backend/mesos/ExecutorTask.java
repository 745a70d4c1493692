package dev.capstan.backend.mesos;

import dev.capstan.backend.mesos.ContainerSettings.Network;
import dev.capstan.executor.live.ExecutorJvm;
import dev.capstan.executor.live.ExecutorOrigin;
import dev.capstan.executor.live.ExecutorPlace;
import dev.capstan.kernel.config.Addresses;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.DiscoveryInfo;
import org.apache.mesos.v1.Protos.Environment;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/** Writes the Mesos task of an executor: what an agent is to fetch, and the command that it is to run. */
final class ExecutorTask {
    /** The exit code by which the command says that it has found no JDK. */
    private static final int NO_JAVA = 97;

    /** The same where the user has said where to look. */
    private static final int NO_SUCH_JAVA = 98;

    /** How an agent says that it could not fetch something; it does not say what. */
    private static final String NOT_FETCHED = "Failed to fetch";

    /** The agent tells it to its own containers; Docker's know it by their name. */
    private static final String OWN_ADDRESS = "\"${MESOS_CONTAINER_IP:-$(hostname -i | cut -d' ' -f1)}\"";

    private final MesosSettings settings;
    private final TaskSettings task;
    private final RuntimeFiles files;
    private final List<String> javaOptions;

    /**
     * @param files that make up an executor
     * @param javaOptions the user's own
     */
    ExecutorTask(MesosSettings settings, RuntimeFiles files, List<String> javaOptions) {
        this.settings = settings;
        this.task = settings.task();
        this.files = files;
        this.javaOptions = List.copyOf(javaOptions);
    }

    /** The task, but for its place. */
    TaskInfo template(ExecutorOrigin origin) {
        CommandInfo.Builder command = CommandInfo.newBuilder().setShell(true).setValue(script(origin));
        for (RuntimeFiles.Fetched file : files.fetched()) {
            command.addUris(
                    CommandInfo.URI.newBuilder().setValue(file.uri()).setOutputFile(file.name()).setExtract(false));
        }
        if (!task.javaUri().isEmpty()) {
            command.addUris(fetched(task.javaUri()));
        }
        task.uris().forEach(uri -> command.addUris(fetched(uri)));
        Environment.Builder environment = command.getEnvironmentBuilder();
        var plain = new LinkedHashMap<>(ExecutorJvm.environment(origin.resources()));
        plain.putAll(task.environment());
        plain.forEach((name, value) -> environment.addVariables(variable(name, value)));
        environment.addAllVariables(task.secrets());
        origin.environment().forEach((name, value) -> environment.addVariables(variable(name, value)));
        TaskInfo.Builder info =
                TaskInfo.newBuilder()
                        .setName("executor of " + origin.application())
                        .setTaskId(TaskID.newBuilder().setValue(origin.id().name()))
                        .setAgentId(AgentID.newBuilder().setValue(""))
                        .setLabels(task.labels())
                        .setDiscovery(
                                DiscoveryInfo.newBuilder()
                                        .setVisibility(DiscoveryInfo.Visibility.FRAMEWORK)
                                        .setName(origin.id().name()))
                        .setCommand(command);
        ContainerInfo container = task.container().info();
        if (container != null) {
            info.setContainer(container);
        }
        return info.build();
    }

    private CommandInfo.URI fetched(String uri) {
        return CommandInfo.URI.newBuilder().setValue(uri).setExtract(true).setCache(task.cached()).build();
    }

    private static Environment.Variable variable(String name, String value) {
        return Environment.Variable.newBuilder().setName(name).setValue(value).build();
    }

    private String script(ExecutorOrigin origin) {
        List<String> words = new ArrayList<>();
        words.addAll(ExecutorJvm.options(origin.resources(), settings.size().heapMegabytes()));
        words.addAll(javaOptions);
        words.add("-cp");
        words.add(files.classPath());
        words.addAll(origin.command());
        String quoted = words.stream().map(ExecutorTask::quoted).collect(Collectors.joining(" "));
        // Options that are known on the agent only come last, and win.
        return "cd \"${MESOS_SANDBOX:-.}\" && " // an image may have a working directory of its own
                + findJava()
                + " mkdir -p tmp logs && exec \"$java\" -Djava.io.tmpdir=\"$PWD/tmp\" "
                + quoted
                + " "
                + place()
                + " --logs \"$PWD/logs\"";
    }

    private String place() {
        String port = task.offeredPort() ? "\"$PORT0\"" : "0";
        return switch (task.container().network()) {
            case Network.Host() -> ExecutorPlace.options("\"$HOST\"", "\"$HOST\"", port);
            case Network.Bridge() -> ExecutorPlace.options("\"$HOST\"", "0.0.0.0", port);
            case Network.Own _ -> ExecutorPlace.options(OWN_ADDRESS, OWN_ADDRESS, port);
        };
    }

    private String findJava() {
        List<String> places = new ArrayList<>();
        if (!task.java().isEmpty()) {
            places.add(quoted(task.java()));
        } else {
            places.add(quoted(System.getProperty("java.home") + "/bin/java"));
            places.add("*/bin/java");
            places.add("\"$(command -v java)\"");
        }
        return "java=; for each in "
                + String.join(" ", places)
                + "; do if [ -z \"$java\" ] && grep -qs 'JAVA_VERSION=\"25' \"$(dirname \"$(readlink -f"
                + " \"$each\")\")/../release\"; then java=$(readlink -f \"$each\"); fi; done; if [ -z \"$java\" ]; then"
                + " echo 'no JDK 25 is on this agent' >&2; exit "
                + (task.java().isEmpty() ? NO_JAVA : NO_SUCH_JAVA)
                + "; fi;";
    }

    /**
     * What Mesos says of the end of an executor, with what its command means by it, and what was to be fetched for it.
     */
    static String inWords(String detail, CommandInfo command) {
        if (detail.contains("exited with status " + NO_JAVA)) {
            return "there is no JDK 25 on the agent; name its java command by "
                    + TaskKeys.JAVA.name()
                    + ", or an archive that agents fetch by "
                    + TaskKeys.JAVA_URI.name();
        }
        if (detail.contains("exited with status " + NO_SUCH_JAVA)) {
            return "there is no JDK 25 on the agent where " + TaskKeys.JAVA.name() + " names its java command";
        }
        return detail.contains(NOT_FETCHED) ? detail + "; it was to fetch " + toFetch(command) : detail;
    }

    /** The user's own files by their addresses, ours by where all of them are. */
    private static String toFetch(CommandInfo command) {
        SequencedSet<String> named = new LinkedHashSet<>();
        SequencedSet<String> ours = new LinkedHashSet<>();
        for (CommandInfo.URI uri : command.getUrisList()) {
            if (uri.getExtract()) {
                named.add(Addresses.withoutPassword(uri.getValue()));
            } else {
                ours.add("Capstan's own files from " + URI.create(uri.getValue()).getAuthority());
            }
        }
        named.addAll(ours);
        return String.join(", ", named);
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
