package dev.capstan.driver;

import dev.capstan.driver.backend.SchedulerBackends;
import dev.capstan.driver.console.Console;
import dev.capstan.driver.dag.JobEvent;
import dev.capstan.driver.runtime.DriverKeys;
import dev.capstan.driver.runtime.DriverRuntime;
import dev.capstan.driver.runtime.DriverSettings;
import dev.capstan.driver.runtime.JobListener;
import dev.capstan.kernel.config.Config;
import dev.capstan.kernel.config.ConfigTable;
import dev.capstan.kernel.serialization.SerializationSettings;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeSet;

/**
 * Makes a context. What is set here wins over the environment and {@code conf/capstan.conf}; what the command line sets
 * wins over what is set here.
 */
public final class ContextBuilder {
    private static final System.Logger LOG = System.getLogger(CapstanContext.class.getName());
    private static final String PROGRAM = "program";
    private static final String KEYS = "capstan.";

    private final ConfigTable table = ConfigTable.load();
    private final SequencedMap<String, String> own = new LinkedHashMap<>();
    private final List<JobListener> listeners = new ArrayList<>();
    private @Nullable Config ready;

    ContextBuilder() {}

    public ContextBuilder master(String url) {
        return conf(DriverKeys.MASTER.name(), url);
    }

    /** Name of the application, for people. */
    public ContextBuilder appName(String name) {
        return conf(DriverKeys.NAME.name(), name);
    }

    /**
     * Sets a key.
     *
     * @throws dev.capstan.kernel.config.ConfigException when there is no such key, naming the nearest, or the value
     *     will not do
     */
    public ContextBuilder conf(String key, String value) {
        Config.builder(table).set(key, value, PROGRAM); // refuses at the call what will not do
        own.put(key, value);
        return this;
    }

    /** Takes these settings as they are; neither the environment nor a file is read any more. */
    public ContextBuilder config(Config config) {
        ready = config;
        return this;
    }

    /** Hears of all jobs of the context. */
    public ContextBuilder listener(JobListener listener) {
        listeners.add(listener);
        return this;
    }

    /**
     * Starts the driver.
     *
     * @throws IllegalArgumentException when the master URL or a setting cannot be used
     */
    public CapstanContext create() {
        Config config = ready != null ? ready : settingsAround();
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        ClassLoader loader = ofThread != null ? ofThread : ContextBuilder.class.getClassLoader();
        var settings = new DriverSettings(SerializationSettings.from(config::text, loader), loader, config);
        DriverRuntime runtime = DriverRuntime.start(settings, SchedulerBackends.find(settings.master()));
        runtime.listen(settings.console() ? Console.start() : ContextBuilder::log);
        listeners.forEach(runtime::listen);
        return new CapstanContext(
                runtime,
                new ContextDefaults(
                        runtime.defaultParallelism(),
                        settings.serializer(),
                        loader,
                        settings.lineageLimit(),
                        settings.mostFileBytes()));
    }

    /** What the user should read and no console shows. */
    private static void log(JobEvent event) {
        if (event instanceof JobEvent.Notice(var text)) {
            LOG.log(System.Logger.Level.WARNING, text);
        }
    }

    /** What the process was started with, under and over what the program says. */
    private Config settingsAround() {
        Config.Builder settings = Config.builder(table).surroundings(System.getenv());
        own.forEach((key, value) -> settings.set(key, value, PROGRAM));
        // the launcher hands on the settings of its command line as system properties
        for (String name : new TreeSet<>(System.getProperties().stringPropertyNames())) {
            if (name.startsWith(KEYS)) {
                settings.set(name, System.getProperty(name), "--conf");
            }
        }
        return settings.build();
    }
}
