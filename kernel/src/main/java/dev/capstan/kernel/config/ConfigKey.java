package dev.capstan.kernel.config;

import java.util.Objects;

/**
 * A setting: its name, what it takes, what it is when nobody sets it, and what it means. The documentation is made from
 * these.
 */
public record ConfigKey<T>(String name, ConfigType<T> type, String defaultText, String meaning) {
    private static final String FORM = "capstan(\\.[a-z][a-zA-Z0-9]*)+";

    public ConfigKey {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(meaning, "meaning");
        if (!name.matches(FORM)) {
            throw new IllegalArgumentException("a key is named like capstan.task.maxFailures, not '" + name + "'");
        }
        Objects.requireNonNull(
                type.parser().apply(defaultText)); // a default that is no value is a bug of ours, found at once
    }

    public static <T> ConfigKey<T> of(String name, ConfigType<T> type, String defaultText, String meaning) {
        return new ConfigKey<>(name, type, defaultText, meaning);
    }

    /**
     * The environment variable that sets it: {@code CAPSTAN_TASK_MAX_FAILURES} for {@code capstan.task.maxFailures}.
     */
    public String environmentName() {
        var text = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isUpperCase(c)) {
                text.append('_');
            }
            text.append(c == '.' ? '_' : Character.toUpperCase(c));
        }
        return text.toString();
    }
}
