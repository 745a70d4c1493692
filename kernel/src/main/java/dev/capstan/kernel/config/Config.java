package dev.capstan.kernel.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The settings of one process, each with who set it. Later sources win over earlier ones; the usual order is defaults,
 * {@code conf/capstan.conf}, environment, program, command line.
 */
public final class Config {
    private final ConfigTable table;
    private final Map<String, Entry> byName; // looked up; listed in the table's order

    /**
     * A value and where it comes from.
     *
     * @param origin {@code default}, {@code conf/capstan.conf:3}, {@code environment}, {@code program}, {@code --conf}
     */
    public record Entry(ConfigKey<?> key, String text, Object value, String origin) {
        /** The text as people may see it. */
        public String shown() {
            boolean isSecret = key.type().equals(ConfigType.SECRET) && !text.isEmpty();
            return isSecret ? "(not shown)" : Addresses.withoutPassword(text);
        }

        public boolean isDefault() {
            return origin.equals(DEFAULT);
        }
    }

    private static final String DEFAULT = "default";

    private Config(ConfigTable table, Map<String, Entry> byName) {
        this.table = table;
        this.byName = byName;
    }

    public static Builder builder(ConfigTable table) {
        return new Builder(table);
    }

    @SuppressWarnings("unchecked") // entries are made by the parser of their key's type
    public <T> T get(ConfigKey<T> key) {
        return (T) entry(key.name()).value;
    }

    /** The text of a key's value, as it was written. */
    public String text(String name) {
        return entry(name).text;
    }

    public Entry entry(String name) {
        Entry entry = byName.get(name);
        return entry != null ? entry : defaultEntry(table.require(name, "asked for by the program"));
    }

    /** Every key's value, in order of the names. */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        table.keys().forEach(key -> entries.add(entry(key.name())));
        return entries;
    }

    private static Entry defaultEntry(ConfigKey<?> key) {
        return new Entry(key, key.defaultText(), parse(key, key.defaultText(), DEFAULT), DEFAULT);
    }

    private static Object parse(ConfigKey<?> key, String text, String origin) {
        try {
            return key.type().parser().apply(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key.name() + " (" + origin + "): " + e.getMessage());
        }
    }

    /** Gathers sources, from the weakest to the strongest. */
    public static final class Builder {
        private static final String PREFIX = "CAPSTAN_";
        private static final String CONF_DIR = "CAPSTAN_CONF_DIR";

        /** Variables that the command reads itself. */
        private static final Set<String> OF_THE_COMMAND = Set.of("CAPSTAN_JAVA_OPTS", "CAPSTAN_HOME", CONF_DIR);

        private final ConfigTable table;
        private final Map<String, Entry> byName = new HashMap<>();

        private Builder(ConfigTable table) {
            this.table = table;
        }

        public Builder set(String name, String text, String origin) {
            ConfigKey<?> key = table.require(name.strip(), origin);
            byName.put(key.name(), new Entry(key, text.strip(), parse(key, text, origin), origin));
            return this;
        }

        /** Each like {@code key=value}. */
        public Builder commandLine(List<String> settings) {
            for (String setting : settings) {
                int equals = setting.indexOf('=');
                if (equals < 1) {
                    throw new ConfigException("--conf takes key=value, not '" + setting + "'");
                }
                set(setting.substring(0, equals), setting.substring(equals + 1), "--conf");
            }
            return this;
        }

        /**
         * What every process of ours finds around it: {@code conf/capstan.conf}, in the directory that {@code
         * CAPSTAN_CONF_DIR} names if there is one, and the environment over it.
         */
        public Builder surroundings(Map<String, String> environment) {
            String named = environment.get(CONF_DIR);
            if (named != null && !Files.isDirectory(Path.of(named))) {
                throw new ConfigException(CONF_DIR + " names " + named + ", which is not a directory");
            }
            return file(Path.of(named == null ? "conf" : named, "capstan.conf")).environment(environment);
        }

        public Builder environment(Map<String, String> environment) {
            new TreeMap<>(environment)
                    .forEach((name, value) -> {
                        if (name.startsWith(PREFIX) && !OF_THE_COMMAND.contains(name)) {
                            ConfigKey<?> key =
                                    table.findByEnvironmentName(name).orElseThrow(() -> unknownVariable(name));
                            set(key.name(), value, "environment");
                        }
                    });
            return this;
        }

        private ConfigException unknownVariable(String name) {
            List<String> known = table.keys().stream().map(ConfigKey::environmentName).toList();
            return new ConfigException(
                    "the environment variable "
                            + name
                            + " sets no key"
                            + Nearest.of(name, known).map(near -> "; did you mean " + near + "?").orElse(""));
        }

        /**
         * Lines {@code key value} or {@code key=value}, {@code #} begins a comment. A file that is not there says
         * nothing.
         */
        public Builder file(Path file) {
            if (!Files.exists(file)) {
                return this;
            }
            try {
                List<String> lines = Files.readAllLines(file);
                for (int i = 0; i < lines.size(); i++) {
                    line(lines.get(i).strip(), file + ":" + (i + 1));
                }
            } catch (IOException e) {
                throw new ConfigException("cannot read " + file + ": " + e);
            }
            return this;
        }

        private void line(String line, String origin) {
            if (line.isEmpty() || line.startsWith("#")) {
                return;
            }
            String[] parts = line.split("\\s*=\\s*|\\s+", 2);
            if (parts.length < 2) {
                throw new ConfigException("'" + line + "' (" + origin + ") has no value; write key value");
            }
            set(parts[0], parts[1], origin);
        }

        public Config build() {
            return new Config(table, Map.copyOf(byName));
        }
    }
}
