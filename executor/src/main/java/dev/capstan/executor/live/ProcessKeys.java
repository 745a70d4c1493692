package dev.capstan.executor.live;

import dev.capstan.kernel.config.ConfigKey;
import dev.capstan.kernel.config.ConfigKeys;

import java.util.List;

/** The settings of executor processes, for those who start them. */
public final class ProcessKeys implements ConfigKeys {
    @Override
    public List<ConfigKey<?>> keys() {
        return ProcessSettings.keys();
    }
}
