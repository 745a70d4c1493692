package dev.capstan.kernel.config;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** All keys there are, by name. */
public final class ConfigTable {
    private final SortedMap<String, ConfigKey<?>> byName = new TreeMap<>();

    public ConfigTable(Collection<? extends ConfigKey<?>> keys) {
        for (ConfigKey<?> key : keys) {
            if (byName.put(key.name(), key) != null) {
                throw new IllegalArgumentException("two keys are named " + key.name());
            }
        }
    }

    /** The keys of all modules on the class path. */
    public static ConfigTable load() {
        return new ConfigTable(
                ServiceLoader.load(ConfigKeys.class).stream().flatMap(module -> module.get().keys().stream()).toList());
    }

    /** In order of their names. */
    public Collection<ConfigKey<?>> keys() {
        return Collections.unmodifiableCollection(byName.values());
    }

    /**
     * @throws ConfigException naming the nearest known key
     */
    ConfigKey<?> require(String name, String origin) {
        ConfigKey<?> key = byName.get(name);
        if (key == null) {
            throw new ConfigException(
                    "there is no key '"
                            + name
                            + "' ("
                            + origin
                            + ")"
                            + nearest(name)
                                    .map(near -> "; did you mean " + near + "?")
                                    .orElse("; 'capstan conf' lists all keys"));
        }
        return key;
    }

    /** The known name that takes the fewest changes, if it is near enough to be what was meant. */
    public Optional<String> nearest(String name) {
        return Nearest.of(name, byName.keySet());
    }

    Optional<ConfigKey<?>> findByEnvironmentName(String name) {
        return byName.values().stream()
                .filter(key -> key.environmentName().equals(name))
                .min(Comparator.comparing(ConfigKey::name));
    }
}
