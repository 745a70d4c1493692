package dev.capstan.driver.runtime;

import dev.capstan.driver.backend.MasterUrl;
import dev.capstan.kernel.config.Config;
import dev.capstan.kernel.serialization.SerializationSettings;
import dev.capstan.kernel.serialization.Serializer;

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
}
