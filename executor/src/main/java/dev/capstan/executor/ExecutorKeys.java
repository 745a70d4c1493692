package dev.capstan.executor;

import dev.capstan.executor.live.ProcessSettings;
import dev.capstan.kernel.config.ConfigKey;
import dev.capstan.kernel.config.ConfigKeys;

import java.util.ArrayList;
import java.util.List;

/** The settings that executors know. */
public final class ExecutorKeys implements ConfigKeys {
    @Override
    public List<ConfigKey<?>> keys() {
        List<ConfigKey<?>> keys = new ArrayList<>(ExecutorSettings.keys());
        keys.addAll(ProcessSettings.keys());
        return keys;
    }
}
