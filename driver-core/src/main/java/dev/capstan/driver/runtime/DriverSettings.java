package dev.capstan.driver.runtime;

import dev.capstan.driver.backend.MasterUrl;
import dev.capstan.kernel.config.Config;
import dev.capstan.kernel.serialization.SerializationSettings;
import dev.capstan.kernel.serialization.Serializer;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * What a driver is started with.
 *
 * @param serialization of data and functions
 * @param loader finds the application's classes
 * @param config all settings, for the driver and the backend
 */
public record DriverSettings(SerializationSettings serialization, ClassLoader loader, Config config) {
    /** Of data. */
    public Serializer serializer() {
        return serialization.data();
    }

    public MasterUrl master() {
        return new MasterUrl(config.get(DriverKeys.MASTER));
    }

    /** For people. */
    public String application() {
        return config.get(DriverKeys.NAME);
    }

    /** How many steps a stage may have. */
    public int lineageLimit() {
        return DriverKeys.lineageLimit(config);
    }

    /** How much of a file one partition reads at most. */
    public long mostFileBytes() {
        return DriverKeys.mostFileBytes(config);
    }

    /** Partitions of a dataset whose program does not say; 0 leaves it to the backend. */
    public int parallelism() {
        return config.get(DriverKeys.PARALLELISM);
    }

    /** Whether progress is shown. */
    public boolean console() {
        return config.get(DriverKeys.CONSOLE);
    }

    /** What was set, by key; for processes that work for this driver. The secret is not among it. */
    SequencedMap<String, String> given() {
        SequencedMap<String, String> given = new LinkedHashMap<>();
        for (Config.Entry entry : config.entries()) {
            if (!entry.isDefault() && !entry.key().equals(DriverKeys.SECRET)) {
                given.put(entry.key().name(), entry.text());
            }
        }
        return given;
    }
}
