package dev.capstan.backend.mesos;

import dev.capstan.executor.live.ExecutorJvm;
import dev.capstan.executor.live.ExecutorOrigin;

import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.Environment;
import org.apache.mesos.v1.Protos.TaskInfo;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the Mesos task of an executor: what an agent is to fetch, and the command that it is to run. */
final class ExecutorTask {
    /** The exit code by which the command says that it has found no JDK. */
    static final int NO_JAVA = 97;

    private final MesosSettings settings;
    private final RuntimeFiles files;
    private final List<String> javaOptions;

    /**
     * @param files that make up an executor
     * @param javaOptions the user's own
     */
    ExecutorTask(MesosSettings settings, RuntimeFiles files, List<String> javaOptions) {
        this.settings = settings;
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
        if (!settings.javaUri().isEmpty()) {
            command.addUris(CommandInfo.URI.newBuilder().setValue(settings.javaUri()).setExtract(true));
        }
        Environment.Builder environment = command.getEnvironmentBuilder();
        origin.environment()
                .forEach((name, value) ->
                        environment.addVariables(Environment.Variable.newBuilder().setName(name).setValue(value)));
        return TaskInfo.newBuilder()
                .setName("executor of " + origin.application())
                .setTaskId(org.apache.mesos.v1.Protos.TaskID.newBuilder().setValue(origin.id().name()))
                .setAgentId(org.apache.mesos.v1.Protos.AgentID.newBuilder().setValue(""))
                .setCommand(command)
                .build();
    }

    private String script(ExecutorOrigin origin) {
        List<String> words = new ArrayList<>();
        words.addAll(ExecutorJvm.options(origin.resources(), settings.heapMegabytes()));
        words.addAll(javaOptions);
        words.add("-cp");
        words.add(files.classPath());
        words.addAll(origin.command());
        String quoted = words.stream().map(ExecutorTask::quoted).collect(Collectors.joining(" "));
        // Options that are known on the agent only come last, and win.
        return findJava()
                + " mkdir -p tmp logs && exec \"$java\" -Djava.io.tmpdir=\"$PWD/tmp\" "
                + quoted
                + " --host \"$HOST\" --logs \"$PWD/logs\"";
    }

    private String findJava() {
        List<String> places = new ArrayList<>();
        if (!settings.java().isEmpty()) {
            places.add(quoted(settings.java()));
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
                + NO_JAVA
                + "; fi;";
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
