package dev.capstan.kernel.config;

import java.util.List;

/** The keys that a module knows; found by {@link java.util.ServiceLoader}, so that every key is listed somewhere. */
public interface ConfigKeys {
    List<ConfigKey<?>> keys();
}
