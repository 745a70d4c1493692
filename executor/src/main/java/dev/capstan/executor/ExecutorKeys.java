package dev.capstan.executor;

import dev.capstan.kernel.config.ConfigKey;
import dev.capstan.kernel.config.ConfigKeys;

import java.util.List;

/** The settings that executors know. */
public final class ExecutorKeys implements ConfigKeys {
    @Override
    public List<ConfigKey<?>> keys() {
        return ExecutorSettings.keys();
    }
}
