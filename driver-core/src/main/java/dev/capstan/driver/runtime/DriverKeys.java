package dev.capstan.driver.runtime;

import static dev.capstan.kernel.config.ConfigKey.of;
import static dev.capstan.kernel.config.ConfigType.DURATION;
import static dev.capstan.kernel.config.ConfigType.NUMBER;
import static dev.capstan.kernel.config.ConfigType.SIZE;
import static dev.capstan.kernel.config.ConfigType.SWITCH;
import static dev.capstan.kernel.config.ConfigType.TEXT;
import static dev.capstan.kernel.config.ConfigType.oneOf;
import static dev.capstan.kernel.config.ConfigType.size;
import static dev.capstan.kernel.config.ConfigType.whole;

import dev.capstan.driver.dag.DagConfig;
import dev.capstan.driver.scheduling.PoolFile;
import dev.capstan.driver.scheduling.PoolSettings;
import dev.capstan.driver.scheduling.SchedulingConfig;
import dev.capstan.driver.scheduling.SchedulingConfig.Exclusion;
import dev.capstan.driver.scheduling.SchedulingConfig.OrderMode;
import dev.capstan.driver.scheduling.SchedulingConfig.QueueAhead;
import dev.capstan.driver.scheduling.SchedulingConfig.Speculation;
import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.files.FileErrors;
import dev.capstan.engine.lineage.LineageDepth;
import dev.capstan.kernel.config.ByteSize;
import dev.capstan.kernel.config.Config;
import dev.capstan.kernel.config.ConfigException;
import dev.capstan.kernel.config.ConfigKey;
import dev.capstan.kernel.config.ConfigKeys;
import dev.capstan.kernel.config.ConfigType;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.kernel.serialization.SerializationSettings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The settings that a driver knows, and how they become the records of its components. */
public final class DriverKeys implements ConfigKeys {
    public static final ConfigKey<String> MASTER =
            of("capstan.master", TEXT, "local[*]", "Where the program runs: the master URL.");
    public static final ConfigKey<String> NAME =
            of("capstan.app.name", TEXT, "capstan", "Name of the application, for people.");
    public static final ConfigKey<Integer> PARALLELISM =
            of(
                    "capstan.default.parallelism",
                    whole(0, 1_000_000),
                    "0",
                    "Partitions of a dataset whose program does not say; 0 leaves it to the backend, which takes its"
                            + " cores.");
    public static final ConfigKey<Boolean> CONSOLE =
            of(
                    "capstan.console.progress",
                    SWITCH,
                    "true",
                    "Whether the driver shows the progress of jobs: bars on a terminal, lines elsewhere.");

    private static final ConfigKey<Boolean> SHARE_BROADCASTS =
            of(
                    "capstan.broadcast.shareInProcess",
                    SWITCH,
                    "true",
                    "Whether executors in the driver's process, those of local masters, take broadcast values as the"
                            + " objects they are; if not, they read them from bytes as executors elsewhere do.");
    private static final ConfigKey<Codec> BROADCAST_CODEC =
            of(
                    "capstan.broadcast.codec",
                    oneOf(Codec.class),
                    "lz4",
                    "How broadcast values are compressed on their way to executors.");

    static final ConfigKey<String> HOST =
            of(
                    "capstan.driver.host",
                    TEXT,
                    "",
                    "The address at which the driver listens for executors in other processes; empty means this"
                            + " machine's, or 127.0.0.1 where all executors are on it.");
    static final ConfigKey<Integer> PORT =
            of(
                    "capstan.driver.port",
                    whole(0, 65_535),
                    "0",
                    "The port at which the driver listens for executors in other processes; 0 means any.");
    static final ConfigKey<String> SECRET =
            of(
                    "capstan.network.secret",
                    ConfigType.SECRET,
                    "",
                    "What executors prove to know before the driver listens to them; empty means a random one for each"
                            + " application.");
    static final ConfigKey<Boolean> ENCRYPTED =
            of(
                    "capstan.network.encrypted",
                    SWITCH,
                    "false",
                    "Whether driver and executors speak TLS 1.3; certificates are made when processes start and proved"
                            + " by the secret.");

    private static final ConfigKey<Double> TASK_CPUS =
            of("capstan.task.cpus", NUMBER, "1", "Cpus that a task takes; 0.5 lets two share one.");
    private static final ConfigKey<Integer> MAX_FAILURES =
            of(
                    "capstan.task.maxFailures",
                    whole(1, 100),
                    "4",
                    "How often a task may fail before its job does. On local masters a task may fail once, local[N,F]"
                            + " says otherwise.");
    private static final ConfigKey<Integer> LINEAGE_LIMIT =
            of(
                    "capstan.lineage.maxSteps",
                    whole(1, 1_000_000),
                    Integer.toString(LineageDepth.DEFAULT_LIMIT),
                    "How many narrow steps a stage may have; more need a larger capstan.executor.taskStack.");

    private static final ConfigKey<ByteSize> FILE_BYTES =
            of(
                    "capstan.files.maxPartitionBytes",
                    size(ByteSize.parse("1"), ByteSize.parse("1t")),
                    "128m",
                    "How much of a file one partition reads at most; more partitions are made of larger files.");

    private static final ConfigKey<Integer> FRUITLESS =
            of(
                    "capstan.stage.maxFruitlessAttempts",
                    whole(1, 1000),
                    "4",
                    "How many attempts of a stage in a row may lose their inputs without having finished a partition.");
    private static final ConfigKey<Integer> STAGE_ATTEMPTS =
            of("capstan.stage.maxAttempts", whole(1, 100_000), "100", "How many attempts a stage may have at all.");
    private static final ConfigKey<Duration> RESUBMIT_DELAY =
            of(
                    "capstan.stage.resubmitDelay",
                    DURATION,
                    "200ms",
                    "How long to gather news of lost map outputs before they are computed again.");
    private static final ConfigKey<ByteSize> MAX_RESULT =
            of(
                    "capstan.driver.maxResultSize",
                    SIZE,
                    "1g",
                    "How much all results of one job may take, serialized; 0 means no limit.");

    private static final ConfigKey<ByteSize> TIDY_AFTER =
            of(
                    "capstan.driver.tidyAfter",
                    SIZE,
                    "256m",
                    "After how many bytes of shuffles a driver whose executors have processes of their own has its"
                        + " garbage collected, which tells it what the program no longer refers to and executors may"
                        + " let go; it takes a fiftieth of the time at most. 0 leaves it to the driver's heap.");

    private static final ConfigKey<OrderMode> MODE =
            of(
                    "capstan.scheduler.mode",
                    oneOf(OrderMode.class),
                    "fifo",
                    "Order of jobs: earlier ones first, or fair shares between pools.");
    private static final ConfigKey<String> POOLS =
            of(
                    "capstan.scheduler.pools",
                    TEXT,
                    "",
                    "File that sets up the pools of the fair order, a line each: pool NAME weight=3 minShare=2"
                            + " order=fifo.");
    private static final ConfigKey<Duration> LOCALITY_WAIT =
            of(
                    "capstan.locality.wait",
                    DURATION,
                    "3s",
                    "The most that a task waits for an executor near its data while another could run it.");
    private static final ConfigKey<Duration> HEARTBEAT =
            of("capstan.executor.heartbeatInterval", DURATION, "2s", "How often executors report that they are alive.");
    private static final ConfigKey<Duration> HEARTBEAT_TIMEOUT =
            of(
                    "capstan.executor.heartbeatTimeout",
                    DURATION,
                    "60s",
                    "Silence after which an executor is taken as gone; at least three heartbeat intervals.");
    private static final ConfigKey<Duration> REGISTRATION =
            of(
                    "capstan.scheduler.registrationTimeout",
                    DURATION,
                    "2m",
                    "How long a lease may be without its executor before it is given back.");
    private static final ConfigKey<Duration> STARVATION =
            of(
                    "capstan.scheduler.starvationAfter",
                    DURATION,
                    "15s",
                    "When tasks wait and none has run for so long, the driver says why.");
    private static final ConfigKey<Duration> UNPLACEABLE =
            of(
                    "capstan.scheduler.unplaceableAfter",
                    DURATION,
                    "2m",
                    "How long a stage whose tasks must all run at once waits for a cluster that can hold them before it"
                            + " fails.");
    private static final ConfigKey<Duration> DEMAND =
            of(
                    "capstan.scheduler.demandInterval",
                    DURATION,
                    "100ms",
                    "The least time between two changes of what is asked of the cluster.");

    private static final ConfigKey<Duration> AHEAD_SHORTER =
            of(
                    "capstan.scheduler.queueAhead.shorterThan",
                    DURATION,
                    "5ms",
                    "Tasks that run shorter than this on average are sent to an executor before it is free.");
    private static final ConfigKey<Duration> AHEAD_WORK =
            of("capstan.scheduler.queueAhead.work", DURATION, "2ms", "How much work is sent ahead per slot.");
    private static final ConfigKey<Integer> AHEAD_MAX =
            of(
                    "capstan.scheduler.queueAhead.max",
                    whole(0, 64),
                    "64",
                    "How many tasks are sent ahead per slot at most; 0 switches it off.");

    private static final ConfigKey<Boolean> EXCLUSION =
            of(
                    "capstan.exclusion.enabled",
                    SWITCH,
                    "true",
                    "Whether executors and hosts where tasks fail are left out for a while.");
    private static final ConfigKey<Integer> EX_TASK_EXECUTOR =
            of(
                    "capstan.exclusion.task.executor",
                    whole(1, 1000),
                    "1",
                    "Failures of a task on an executor that keep the task from it.");
    private static final ConfigKey<Integer> EX_STAGE_EXECUTOR =
            of(
                    "capstan.exclusion.stage.executor",
                    whole(1, 1000),
                    "2",
                    "Different tasks of a stage that failed on an executor and keep the stage from it.");
    private static final ConfigKey<Integer> EX_STAGE_HOST =
            of(
                    "capstan.exclusion.stage.host",
                    whole(1, 1000),
                    "2",
                    "Executors of a host that a stage is kept from and that keep it from the whole host.");
    private static final ConfigKey<Integer> EX_APP_EXECUTOR =
            of(
                    "capstan.exclusion.application.executor",
                    whole(1, 1000),
                    "2",
                    "Different tasks that failed on an executor and keep the application from it.");
    private static final ConfigKey<Integer> EX_APP_HOST =
            of(
                    "capstan.exclusion.application.host",
                    whole(1, 1000),
                    "2",
                    "Excluded executors of a host that keep the application from the whole host.");
    private static final ConfigKey<Duration> EX_EXPIRY =
            of("capstan.exclusion.expiry", DURATION, "1h", "After which a failure is forgotten and an exclusion ends.");

    private static final ConfigKey<Boolean> SPECULATION =
            of(
                    "capstan.speculation.enabled",
                    SWITCH,
                    "false",
                    "Whether a task that runs much longer than its peers is run a second time elsewhere.");
    private static final ConfigKey<Duration> SP_INTERVAL =
            of("capstan.speculation.interval", DURATION, "100ms", "How often slow tasks are looked for.");
    private static final ConfigKey<Double> SP_QUANTILE =
            of("capstan.speculation.quantile", NUMBER, "0.9", "Share of a stage's tasks that must have ended before.");
    private static final ConfigKey<Double> SP_MULTIPLIER =
            of("capstan.speculation.multiplier", NUMBER, "3", "Times the median run time that make a task slow.");
    private static final ConfigKey<Duration> SP_MIN =
            of("capstan.speculation.minRunTime", DURATION, "100ms", "Below this no task is slow.");

    @Override
    public List<ConfigKey<?>> keys() {
        List<ConfigKey<?>> keys = new ArrayList<>(SerializationSettings.keys());
        keys.addAll(
                List.of(
                        MASTER,
                        NAME,
                        PARALLELISM,
                        CONSOLE,
                        HOST,
                        PORT,
                        SECRET,
                        ENCRYPTED,
                        SHARE_BROADCASTS,
                        BROADCAST_CODEC,
                        TASK_CPUS,
                        MAX_FAILURES,
                        LINEAGE_LIMIT,
                        FILE_BYTES,
                        FRUITLESS,
                        STAGE_ATTEMPTS,
                        RESUBMIT_DELAY,
                        MAX_RESULT,
                        TIDY_AFTER,
                        MODE,
                        POOLS,
                        LOCALITY_WAIT,
                        HEARTBEAT,
                        HEARTBEAT_TIMEOUT,
                        REGISTRATION,
                        STARVATION,
                        UNPLACEABLE,
                        DEMAND,
                        AHEAD_SHORTER,
                        AHEAD_WORK,
                        AHEAD_MAX,
                        EXCLUSION,
                        EX_TASK_EXECUTOR,
                        EX_STAGE_EXECUTOR,
                        EX_STAGE_HOST,
                        EX_APP_EXECUTOR,
                        EX_APP_HOST,
                        EX_EXPIRY,
                        SPECULATION,
                        SP_INTERVAL,
                        SP_QUANTILE,
                        SP_MULTIPLIER,
                        SP_MIN));
        return keys;
    }

    static DagConfig dag(Config config) {
        return new DagConfig(
                config.get(FRUITLESS),
                config.get(STAGE_ATTEMPTS),
                config.get(RESUBMIT_DELAY),
                config.get(MAX_RESULT).bytes(),
                DagConfig.defaults().progressInterval());
    }

    static SchedulingConfig scheduling(Config config, int maxTaskFailures) {
        return new SchedulingConfig(
                config.get(MODE),
                pools(config.get(POOLS)),
                maxTaskFailures,
                config.get(LOCALITY_WAIT),
                config.get(HEARTBEAT),
                config.get(HEARTBEAT_TIMEOUT),
                config.get(REGISTRATION),
                config.get(STARVATION),
                config.get(UNPLACEABLE),
                config.get(DEMAND),
                new QueueAhead(config.get(AHEAD_SHORTER), config.get(AHEAD_WORK), config.get(AHEAD_MAX)),
                new Exclusion(
                        config.get(EXCLUSION),
                        config.get(EX_TASK_EXECUTOR),
                        config.get(EX_STAGE_EXECUTOR),
                        config.get(EX_STAGE_HOST),
                        config.get(EX_APP_EXECUTOR),
                        config.get(EX_APP_HOST),
                        config.get(EX_EXPIRY)),
                new Speculation(
                        config.get(SPECULATION),
                        config.get(SP_INTERVAL),
                        config.get(SP_QUANTILE),
                        config.get(SP_MULTIPLIER),
                        config.get(SP_MIN)));
    }

    static boolean sharesBroadcasts(Config config) {
        return config.get(SHARE_BROADCASTS);
    }

    static Codec broadcastCodec(Config config) {
        return config.get(BROADCAST_CODEC);
    }

    /** Bytes of shuffles; 0 for never. */
    static long tidyAfter(Config config) {
        return config.get(TIDY_AFTER).bytes();
    }

    static int maxTaskFailures(Config config) {
        return config.get(MAX_FAILURES);
    }

    static int lineageLimit(Config config) {
        return config.get(LINEAGE_LIMIT);
    }

    static long mostFileBytes(Config config) {
        return config.get(FILE_BYTES).bytes();
    }

    static Resources perTask(Config config) {
        double cpus = config.get(TASK_CPUS);
        if (!(cpus >= 0.001 && cpus <= 10_000)) {
            throw new ConfigException(TASK_CPUS.name() + " is " + cpus + " but must be from 0.001 to 10000");
        }
        return new Resources(Math.round(cpus * 1000), 0, Map.of());
    }

    private static PoolSettings pools(String file) {
        if (file.isEmpty()) {
            return PoolSettings.NONE;
        }
        try {
            return PoolFile.parse(Files.readString(Path.of(file)));
        } catch (IOException e) {
            throw new ConfigException(POOLS.name() + ": cannot read " + file + ": " + FileErrors.reason(e));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(POOLS.name() + ": " + file + ": " + e.getMessage());
        }
    }
}
