package dev.capstan.executor.live;

import dev.capstan.kernel.config.ConfigKey;
import dev.capstan.kernel.config.ConfigType;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * How the processes of executors are started, besides what each works for.
 *
 * @param logRoot where their logs go
 * @param javaOptions of the user's own
 * @param heapDumps directory for the heap of an executor that ran out of memory; empty for none
 */
public record ProcessSettings(Path logRoot, List<String> javaOptions, String heapDumps) {
    private static final ConfigKey<String> LOG_DIRECTORY =
            ConfigKey.of(
                    "capstan.executor.logDir",
                    ConfigType.TEXT,
                    "",
                    "Where executor processes write their logs and what the program prints there; removed when they"
                            + " end in order or have said nothing, kept for a week when they crash. Empty means"
                            + " capstan-logs-USER in the temporary directory.");
    private static final ConfigKey<String> JAVA_OPTIONS =
            ConfigKey.of(
                    "capstan.executor.javaOpts",
                    ConfigType.TEXT,
                    "",
                    "Options for the JVMs of executor processes, separated by spaces; they win over Capstan's own.");
    static final ConfigKey<String> HEAP_DUMPS =
            ConfigKey.of(
                    "capstan.executor.heapDump",
                    ConfigType.TEXT,
                    "",
                    "A directory to which an executor process writes its heap when it runs out of memory; empty means"
                            + " that it does not.");

    public ProcessSettings {
        javaOptions = List.copyOf(javaOptions);
    }

    /** All of them. */
    static List<ConfigKey<?>> keys() {
        return List.of(LOG_DIRECTORY, JAVA_OPTIONS, HEAP_DUMPS);
    }

    /**
     * @param text the value of a key, as it was written
     */
    public static ProcessSettings from(Function<String, String> text) {
        String logs = text.apply(LOG_DIRECTORY.name());
        return new ProcessSettings(
                logs.isBlank() ? defaultLogRoot() : Path.of(logs).toAbsolutePath(),
                Arrays.stream(text.apply(JAVA_OPTIONS.name()).split("\\s+"))
                        .filter(option -> !option.isEmpty())
                        .toList(),
                text.apply(HEAP_DUMPS.name()));
    }

    /** With the user's name, since several share the temporary directory. */
    private static Path defaultLogRoot() {
        return Path.of(System.getProperty("java.io.tmpdir"), "capstan-logs-" + System.getProperty("user.name"));
    }
}
