package dev.capstan.backend.mesos;

import static dev.capstan.kernel.config.ConfigKey.of;
import static dev.capstan.kernel.config.ConfigType.DURATION;
import static dev.capstan.kernel.config.ConfigType.SECRET;
import static dev.capstan.kernel.config.ConfigType.SWITCH;
import static dev.capstan.kernel.config.ConfigType.TEXT;

import dev.capstan.kernel.config.ByteSize;
import dev.capstan.kernel.config.ConfigKey;
import dev.capstan.kernel.config.ConfigKeys;
import dev.capstan.kernel.config.ConfigType;

import java.time.Duration;
import java.util.List;

/** The settings of programs on Mesos. */
public final class MesosKeys implements ConfigKeys {
    private static final int MANY = 100_000;

    static final ConfigKey<String> MASTER =
            of(
                    "capstan.mesos.master",
                    TEXT,
                    "",
                    "The cluster that the master URL mesos stands for: host:port of its masters with commas between, or"
                            + " zk://HOST:PORT/PATH.");
    static final ConfigKey<String> ROLE =
            of("capstan.mesos.role", TEXT, "*", "The role whose resources executors take.");
    static final ConfigKey<String> USER =
            of(
                    "capstan.mesos.user",
                    TEXT,
                    "",
                    "The user as whom executors run on agents; empty means the one who runs the program.");
    static final ConfigKey<String> PRINCIPAL =
            of(
                    "capstan.mesos.principal",
                    TEXT,
                    "",
                    "The name by which the program is known to masters that ask for credentials.");
    static final ConfigKey<String> CREDENTIAL =
            of("capstan.mesos.secret", SECRET, "", "The secret that proves the principal.");
    static final ConfigKey<Boolean> TLS =
            of("capstan.mesos.tls", SWITCH, "false", "Whether masters are spoken to by TLS.");
    static final ConfigKey<String> TRUST =
            of(
                    "capstan.mesos.tls.trust",
                    TEXT,
                    "",
                    "A PEM file with the certificates of masters, or of their authorities; empty means that those whom"
                            + " the JDK trusts are trusted.");
    static final ConfigKey<Integer> CORES =
            of(
                    "capstan.mesos.executor.cores",
                    ConfigType.whole(1, 1_024),
                    "1",
                    "The cpus of an executor, each of which runs one task at a time.");
    static final ConfigKey<ByteSize> MEMORY =
            of(
                    "capstan.mesos.executor.memory",
                    ConfigType.size(ByteSize.parse("64m"), ByteSize.parse("4t")),
                    "1g",
                    "The heap of an executor.");
    static final ConfigKey<ByteSize> OVERHEAD =
            of(
                    "capstan.mesos.executor.memoryOverhead",
                    ConfigType.size(ByteSize.parse("0"), ByteSize.parse("4t")),
                    "0",
                    "The memory that an executor takes of its agent besides its heap; 0 means half the heap, at least"
                            + " 384m and at most 2g.");
    static final ConfigKey<Integer> MOST_CORES =
            of(
                    "capstan.mesos.cores.max",
                    ConfigType.whole(1, MANY),
                    "16",
                    "The cpus that all executors of the program together take at most.");
    static final ConfigKey<Integer> LEAST_EXECUTORS =
            of(
                    "capstan.mesos.executors.min",
                    ConfigType.whole(0, MANY),
                    "1",
                    "The executors that are kept even while nothing runs.");
    static final ConfigKey<Integer> PER_AGENT =
            of(
                    "capstan.mesos.executors.perAgent",
                    ConfigType.whole(1, MANY),
                    "1",
                    "The executors that one agent has at most.");
    static final ConfigKey<Duration> IDLE =
            of(
                    "capstan.mesos.executor.idleTimeout",
                    DURATION,
                    "5m",
                    "For how long nothing must have run until executors are given back.");
    static final ConfigKey<String> CONSTRAINTS =
            of(
                    "capstan.mesos.constraints",
                    TEXT,
                    "",
                    "Which agents may have executors: conditions on hostname, region, zone and attributes, separated"
                            + " by semicolons, as docs/mesos.md tells.");
    static final ConfigKey<Duration> UNREACHABLE =
            of(
                    "capstan.mesos.unreachableTimeout",
                    DURATION,
                    "1m",
                    "For how long an agent may be unreachable until its executors count as lost.");
    static final ConfigKey<Duration> FAILOVER =
            of(
                    "capstan.mesos.failoverTimeout",
                    DURATION,
                    "10m",
                    "For how long the cluster keeps the program's executors while its driver is away.");
    static final ConfigKey<Duration> CONNECT =
            of(
                    "capstan.mesos.connectTimeout",
                    DURATION,
                    "1m",
                    "For how long a master is looked for when the program starts.");
    static final ConfigKey<String> STORE =
            of(
                    "capstan.mesos.store",
                    TEXT,
                    "",
                    "Where the program's framework id and its Mesos tasks are kept, so that it takes up its place when"
                            + " it is run again: a directory, or zk://HOST:PORT/PATH. One running program at a time may"
                            + " use it. Empty means that nothing is kept.");
    static final ConfigKey<Boolean> CHECKPOINT =
            of("capstan.mesos.checkpoint", SWITCH, "true", "Whether executors survive a restart of the Mesos agent.");
    static final ConfigKey<String> WEBUI =
            of(
                    "capstan.mesos.webui",
                    TEXT,
                    "",
                    "The address of a page about the program, to which the master's own pages link.");
    static final ConfigKey<Integer> GPUS =
            of(
                    "capstan.mesos.executor.gpus",
                    ConfigType.whole(0, 1_024),
                    "0",
                    "The GPUs of an executor. Without any, agents that have some are not offered.");
    static final ConfigKey<String> RESOURCES =
            of(
                    "capstan.mesos.executor.resources",
                    TEXT,
                    "",
                    "What an executor takes of its agent besides cpus, memory, GPUs and ports, by the names that"
                            + " agents give it: fpga=1; licenses=0.5.");
    static final ConfigKey<Boolean> FILTER =
            of(
                    "capstan.mesos.filterAtMaster",
                    SWITCH,
                    "false",
                    "Whether masters of Mesos 1.11 and newer are told what would be refused, so that they do not offer"
                            + " it. Good for large clusters; but what is not offered cannot be counted among the"
                            + " reasons why nothing runs.");

    @Override
    public List<ConfigKey<?>> keys() {
        return List.of(
                MASTER,
                ROLE,
                USER,
                PRINCIPAL,
                CREDENTIAL,
                TLS,
                TRUST,
                CORES,
                MEMORY,
                OVERHEAD,
                MOST_CORES,
                LEAST_EXECUTORS,
                PER_AGENT,
                IDLE,
                CONSTRAINTS,
                UNREACHABLE,
                FAILOVER,
                CONNECT,
                STORE,
                CHECKPOINT,
                WEBUI,
                GPUS,
                RESOURCES,
                FILTER);
    }
}
