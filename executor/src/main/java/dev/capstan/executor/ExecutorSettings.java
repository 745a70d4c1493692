package dev.capstan.executor;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.engine.pipeline.FastPath;
import dev.capstan.engine.pipeline.Pipelines;
import dev.capstan.engine.shuffle.FetchSettings;
import dev.capstan.executor.logic.ExecutorConfig;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.config.ByteSize;
import dev.capstan.kernel.config.ConfigKey;
import dev.capstan.kernel.config.ConfigType;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.kernel.serialization.SerializationSettings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The settings of an executor that are the same for all executors of an application.
 *
 * @param inlineResult results up to this size ride in the outcome
 * @param taskStack of the threads that run tasks
 * @param fastPaths which ways of tasks to be faster are on
 * @param barrierTimeout how long tasks of a barrier stage wait for each other
 * @param serialization of data and functions
 * @param loader finds the application's classes
 * @param stores what it may use to keep data
 */
public record ExecutorSettings(
        ExecutorConfig config,
        ByteSize inlineResult,
        ByteSize taskStack,
        Set<FastPath> fastPaths,
        Duration barrierTimeout,
        SerializationSettings serialization,
        ClassLoader loader,
        StoreSettings stores) {
    private static final ConfigKey<Duration> KILL_TIMEOUT =
            ConfigKey.of(
                    "capstan.task.killTimeout",
                    ConfigType.DURATION,
                    "30s",
                    "How long a killed task may go on before its thread is abandoned.");
    private static final ConfigKey<Duration> DRIVER_GRACE =
            ConfigKey.of(
                    "capstan.executor.driverGrace",
                    ConfigType.DURATION,
                    "10s",
                    "How long an executor waits for a driver that it cannot reach, or that has not answered six"
                            + " heartbeats, before it ends itself.");
    private static final ConfigKey<ByteSize> INLINE_RESULT =
            ConfigKey.of(
                    "capstan.task.inlineResult",
                    ConfigType.SIZE,
                    "256k",
                    "Results up to this size ride in the task's outcome; larger ones wait on the executor until they"
                            + " are fetched.");
    private static final ConfigKey<ByteSize> TASK_STACK =
            ConfigKey.of(
                    "capstan.executor.taskStack",
                    ConfigType.size(new ByteSize(256 << 10), new ByteSize(1 << 30)),
                    "16m",
                    "Stack of the threads that run tasks; deep lineages need deep stacks.");

    private static final ConfigKey<Duration> BARRIER_TIMEOUT =
            ConfigKey.of(
                    "capstan.barrier.timeout",
                    ConfigType.DURATION,
                    "1h",
                    "How long tasks of a barrier stage wait for each other before they fail; meanwhile they hold their"
                            + " cores, so it is not unlimited.");

    private static final Map<FastPath, ConfigKey<Boolean>> FAST_PATHS = keysOfFastPaths();

    private static final ConfigKey<Double> MEMORY_FRACTION =
            ConfigKey.of(
                    "capstan.memory.fraction",
                    ConfigType.FRACTION,
                    "0.6",
                    "The part of an executor's heap that tasks and stored data share; the rest is left to the"
                            + " program.");
    private static final ConfigKey<Double> STORAGE_FRACTION =
            ConfigKey.of(
                    "capstan.memory.storageFraction",
                    ConfigType.FRACTION,
                    "0.5",
                    "The part of that memory from which tasks cannot evict stored data.");

    private static final ConfigKey<ByteSize> OFF_HEAP =
            ConfigKey.of(
                    "capstan.memory.offHeap.size",
                    ConfigType.SIZE,
                    "256m",
                    "Memory outside of the heap that an executor may use for datasets kept as OFF_HEAP.");
    private static final ConfigKey<String> LOCAL_DIRECTORIES =
            ConfigKey.of(
                    "capstan.local.dirs",
                    ConfigType.TEXT,
                    "",
                    "Directories for map outputs, spills and cached data, separated by commas; empty means the"
                            + " temporary directory of the JVM.");
    private static final ConfigKey<Codec> SHUFFLE_CODEC =
            ConfigKey.of(
                    "capstan.shuffle.codec",
                    ConfigType.oneOf(Codec.class),
                    "lz4",
                    "How map outputs, spills and cached data are compressed on disk.");
    private static final ConfigKey<Integer> SHUFFLE_RETRIES =
            ConfigKey.of(
                    "capstan.shuffle.retries",
                    ConfigType.whole(0, 1_000),
                    "3",
                    "How often a task tries again to read map outputs of an executor that does not answer, before they"
                            + " are computed again; counted anew whenever something has arrived.");
    private static final ConfigKey<Duration> SHUFFLE_RETRY_WAIT =
            ConfigKey.of(
                    "capstan.shuffle.retryWait",
                    ConfigType.DURATION,
                    "1s",
                    "How long it waits before the first retry; twice as long before each further one.");
    private static final ConfigKey<ByteSize> SHUFFLE_IN_FLIGHT =
            ConfigKey.of(
                    "capstan.shuffle.maxBytesInFlight",
                    ConfigType.SIZE,
                    "16m",
                    "How much of the map outputs that a task reads from other executors may wait for it, beside the one"
                            + " that it reads at the moment.");

    static List<ConfigKey<?>> keys() {
        List<ConfigKey<?>> keys =
                new ArrayList<>(List.of(KILL_TIMEOUT, DRIVER_GRACE, INLINE_RESULT, TASK_STACK, BARRIER_TIMEOUT));
        keys.addAll(FAST_PATHS.values());
        keys.addAll(List.of(MEMORY_FRACTION, STORAGE_FRACTION, OFF_HEAP, LOCAL_DIRECTORIES, SHUFFLE_CODEC));
        keys.addAll(List.of(SHUFFLE_RETRIES, SHUFFLE_RETRY_WAIT, SHUFFLE_IN_FLIGHT));
        return keys;
    }

    /**
     * Where files may go, of which the first one is preferred.
     *
     * @param text the value of a key, as it was written
     */
    public static List<Path> localDirectories(Function<String, String> text) {
        return directories(read(LOCAL_DIRECTORIES, text));
    }

    private static Map<FastPath, ConfigKey<Boolean>> keysOfFastPaths() {
        Map<FastPath, ConfigKey<Boolean>> keys = new EnumMap<>(FastPath.class);
        for (FastPath path : FastPath.values()) {
            String name = "capstan.pipeline." + path.name().toLowerCase(Locale.ROOT);
            keys.put(path, ConfigKey.of(name, ConfigType.SWITCH, "true", path.about()));
        }
        return keys;
    }

    /**
     * @param text the value of a key, as it was written
     */
    public static ExecutorSettings from(Function<String, String> text) {
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        return from(text, ofThread != null ? ofThread : ExecutorSettings.class.getClassLoader());
    }

    /**
     * @param text the value of a key, as it was written
     * @param loader finds the application's classes
     */
    public static ExecutorSettings from(Function<String, String> text, ClassLoader loader) {
        ExecutorConfig defaults = ExecutorConfig.defaults();
        return new ExecutorSettings(
                new ExecutorConfig(
                        defaults.registerInterval(),
                        defaults.resendInterval(),
                        read(KILL_TIMEOUT, text),
                        read(DRIVER_GRACE, text)),
                read(INLINE_RESULT, text),
                read(TASK_STACK, text),
                FAST_PATHS.entrySet().stream()
                        .filter(path -> read(path.getValue(), text))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toUnmodifiableSet()),
                read(BARRIER_TIMEOUT, text),
                SerializationSettings.from(text, loader),
                loader,
                new StoreSettings(
                        read(MEMORY_FRACTION, text),
                        read(STORAGE_FRACTION, text),
                        read(OFF_HEAP, text),
                        localDirectories(text),
                        read(SHUFFLE_CODEC, text),
                        new FetchSettings(
                                read(SHUFFLE_RETRIES, text),
                                read(SHUFFLE_RETRY_WAIT, text),
                                read(SHUFFLE_IN_FLIGHT, text))));
    }

    private static List<Path> directories(String text) {
        String given = text.isBlank() ? System.getProperty("java.io.tmpdir") : text;
        return Arrays.stream(given.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .map(Path::of)
                .toList();
    }

    private static <T> T read(ConfigKey<T> key, Function<String, String> text) {
        return key.type().parser().apply(text.apply(key.name()));
    }

    /** What one executor is started with. */
    public ExecutorSpec spec(
            ExecutorId id,
            LeaseId lease,
            String host,
            Resources resources,
            String application,
            Epoch epoch,
            Address driver) {
        return new ExecutorSpec(
                id,
                lease,
                host,
                resources,
                application,
                epoch,
                driver,
                config,
                serialization,
                loader,
                Pipelines.of(fastPaths),
                inlineResult.bytes(),
                taskStack.bytes(),
                barrierTimeout,
                stores);
    }
}
