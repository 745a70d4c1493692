package dev.capstan.kernel.config;

/** A setting that cannot be used; the message names the key, the value, who set it and what would do. */
public final class ConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
