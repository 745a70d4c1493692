package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.kernel.config.ConfigException;
import dev.capstan.kernel.config.ConfigKey;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.master.MasterAccess;
import dev.capstan.mesos.resource.Needs;

import org.apache.mesos.v1.Protos.FrameworkInfo;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * The settings of a program on Mesos, read once.
 *
 * @param heapMegabytes of an executor
 * @param store where the framework's book is kept; empty for nowhere
 */
record MesosSettings(
        String role,
        String user,
        String principal,
        String secret,
        int cores,
        int heapMegabytes,
        int overheadMegabytes,
        int mostExecutors,
        int leastExecutors,
        Duration idle,
        Constraints constraints,
        Duration unreachable,
        Duration failover,
        Duration connect,
        String store,
        boolean checkpoint,
        String java,
        String javaUri,
        String home) {
    private static final long MEGABYTE = 1 << 20;
    private static final int LEAST_OVERHEAD = 384;
    private static final int MOST_OVERHEAD = 2_048;
    private static final long MILLI = 1_000;

    static MesosSettings from(BackendEnvironment.Settings settings) {
        int cores = value(settings, MesosKeys.CORES);
        int heap = (int) (value(settings, MesosKeys.MEMORY).bytes() / MEGABYTE);
        int overhead = (int) (value(settings, MesosKeys.OVERHEAD).bytes() / MEGABYTE);
        String user = value(settings, MesosKeys.USER);
        int most = Math.max(1, value(settings, MesosKeys.MOST_CORES) / cores);
        return new MesosSettings(
                value(settings, MesosKeys.ROLE),
                user.isEmpty() ? System.getProperty("user.name") : user,
                value(settings, MesosKeys.PRINCIPAL),
                value(settings, MesosKeys.CREDENTIAL),
                cores,
                heap,
                overhead > 0 ? overhead : Math.clamp(heap / 2, LEAST_OVERHEAD, MOST_OVERHEAD),
                most,
                Math.min(most, value(settings, MesosKeys.LEAST_EXECUTORS)),
                value(settings, MesosKeys.IDLE),
                constraints(settings),
                value(settings, MesosKeys.UNREACHABLE),
                value(settings, MesosKeys.FAILOVER),
                value(settings, MesosKeys.CONNECT),
                value(settings, MesosKeys.STORE),
                value(settings, MesosKeys.CHECKPOINT),
                value(settings, MesosKeys.JAVA),
                value(settings, MesosKeys.JAVA_URI),
                value(settings, MesosKeys.HOME));
    }

    private static Constraints constraints(BackendEnvironment.Settings settings) {
        String text = value(settings, MesosKeys.CONSTRAINTS);
        String perAgent = "agent max-per " + value(settings, MesosKeys.PER_AGENT);
        try {
            return Constraints.parse(text.isBlank() ? perAgent : text + "; " + perAgent);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(MesosKeys.CONSTRAINTS.name() + ": " + e.getMessage());
        }
    }

    private static <T> T value(BackendEnvironment.Settings settings, ConfigKey<T> key) {
        return key.type().parser().apply(settings.get(key.name()));
    }

    MasterAccess access() {
        return principal.isEmpty()
                ? MasterAccess.OPEN
                : new MasterAccess(new MasterAccess.Credential(principal, secret), null);
    }

    /** What tasks may use of an executor. */
    Resources lease() {
        return Resources.cpus(cores);
    }

    Needs needs() {
        return new Needs(
                new TreeMap<>(Map.of("cpus", cores * MILLI, "mem", (heapMegabytes + overheadMegabytes) * MILLI)));
    }

    FrameworkInfo framework(String application) {
        FrameworkInfo.Builder info =
                FrameworkInfo.newBuilder()
                        .setUser(user)
                        .setName(application)
                        .addRoles(role)
                        .setCheckpoint(checkpoint)
                        .setFailoverTimeout(failover.toMillis() / 1e3);
        if (!principal.isEmpty()) {
            info.setPrincipal(principal);
        }
        for (FrameworkInfo.Capability.Type each :
                new FrameworkInfo.Capability.Type[] {
                    FrameworkInfo.Capability.Type.MULTI_ROLE,
                    FrameworkInfo.Capability.Type.PARTITION_AWARE,
                    FrameworkInfo.Capability.Type.TASK_KILLING_STATE,
                    FrameworkInfo.Capability.Type.RESERVATION_REFINEMENT,
                    FrameworkInfo.Capability.Type.REGION_AWARE
                }) {
            info.addCapabilities(FrameworkInfo.Capability.newBuilder().setType(each));
        }
        return info.build();
    }
}
