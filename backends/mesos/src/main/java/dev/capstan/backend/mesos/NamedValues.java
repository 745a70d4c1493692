package dev.capstan.backend.mesos;

import dev.capstan.kernel.config.ConfigException;
import dev.capstan.kernel.config.ConfigKey;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Settings that hold several values with names: {@code NAME=VALUE; NAME=VALUE}. A semicolon of a value is {@code \;}.
 */
final class NamedValues {
    private static final String BETWEEN = "(?<!\\\\);";

    private NamedValues() {}

    /**
     * @throws ConfigException that does not repeat a value: it may be secret
     */
    static SequencedMap<String, String> parse(ConfigKey<?> key, String text) {
        SequencedMap<String, String> values = new LinkedHashMap<>();
        String[] parts = text.split(BETWEEN, -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i].replace("\\;", ";").strip();
            if (part.isEmpty()) {
                continue;
            }
            int equals = part.indexOf('=');
            if (equals <= 0) {
                throw new ConfigException(
                        key.name() + ": entry " + (i + 1) + " is not NAME=VALUE; entries have semicolons between them");
            }
            String name = part.substring(0, equals).strip();
            if (values.putIfAbsent(name, part.substring(equals + 1).strip()) != null) {
                throw new ConfigException(key.name() + " names " + name + " twice");
            }
        }
        return Collections.unmodifiableSequencedMap(values);
    }
}
