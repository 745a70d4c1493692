package dev.capstan.kernel.log;

import dev.capstan.kernel.config.ConfigKey;
import dev.capstan.kernel.config.ConfigKeys;
import dev.capstan.kernel.config.ConfigType;

import java.util.List;
import java.util.logging.Level;

/** The settings of logging. */
public final class LogKeys implements ConfigKeys {
    public static final ConfigKey<Threshold> LEVEL =
            ConfigKey.of(
                    "capstan.log.level",
                    ConfigType.oneOf(Threshold.class),
                    "warning",
                    "The least that is worth a line in the log, which goes to standard error.");

    /** Levels, as {@link System.Logger} names them. */
    public enum Threshold {
        OFF(Level.OFF),
        ERROR(Level.SEVERE),
        WARNING(Level.WARNING),
        INFO(Level.INFO),
        DEBUG(Level.FINE),
        TRACE(Level.FINER);

        private final Level level;

        Threshold(Level level) {
            this.level = level;
        }

        Level level() {
            return level;
        }
    }

    @Override
    public List<ConfigKey<?>> keys() {
        return List.of(LEVEL);
    }
}
