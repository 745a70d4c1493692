package dev.capstan.kernel.config;

import java.util.stream.Collectors;

/** Makes docs/configuration.md from the table of keys. */
public final class ConfigDocumentation {
    private ConfigDocumentation() {}

    public static String markdown(ConfigTable table) {
        return """
        # Configuration

        This page is made from the table of keys in the code: `capstan conf --markdown > docs/configuration.md`.

        `--conf key=value` wins over what the program sets, that over the environment, that over `conf/capstan.conf`, that
        over the default. An unknown key is an error that names the nearest known one. `capstan conf` lists every key with
        its value and who set it.

        In the environment a key is written in capitals, with `_` for each dot and before each capital inside a word:
        `capstan.task.maxFailures` is `CAPSTAN_TASK_MAX_FAILURES`. The file is looked for in the folder `conf` of the current
        directory, or in the folder that `CAPSTAN_CONF_DIR` names. Options for the JVM, the heap above all, go into
        `CAPSTAN_JAVA_OPTS`: `CAPSTAN_JAVA_OPTS=-Xmx4g capstan run …`.

        | Key | Takes | Default | Meaning |
        |---|---|---|---|
        """
                + table.keys().stream().map(ConfigDocumentation::row).collect(Collectors.joining());
    }

    private static String row(ConfigKey<?> key) {
        String defaultText = key.defaultText().isEmpty() ? "" : "`" + key.defaultText() + "`";
        return "| `" + key.name() + "` | " + key.type().name() + " | " + defaultText + " | " + key.meaning() + " |\n";
    }
}
