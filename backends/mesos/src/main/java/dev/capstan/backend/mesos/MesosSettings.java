package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.ha.zookeeper.ZooKeeperPlace;
import dev.capstan.kernel.config.ConfigException;
import dev.capstan.kernel.config.ConfigKey;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.master.MasterAccess;
import dev.capstan.mesos.master.TrustedCertificates;
import dev.capstan.mesos.resource.Needs;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.OfferFilters;
import org.apache.mesos.v1.Protos.OfferFilters.ResourceQuantities;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The settings of a program on Mesos, read once.
 *
 * @param heapMegabytes of an executor
 * @param store where the framework's book is kept; empty for nowhere
 * @param named what an executor takes besides, in thousandths
 * @param filtering whether masters are told what would be refused
 * @param task what its Mesos task holds
 */
record MesosSettings(
        String role,
        String user,
        String principal,
        String secret,
        boolean tls,
        String trust,
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
        String webui,
        Map<String, Long> named,
        boolean filtering,
        TaskSettings task) {
    private static final long MEGABYTE = 1 << 20;
    private static final List<Capability.Type> CAPABILITIES =
            List.of(
                    Capability.Type.MULTI_ROLE,
                    Capability.Type.PARTITION_AWARE,
                    Capability.Type.TASK_KILLING_STATE,
                    Capability.Type.RESERVATION_REFINEMENT,
                    Capability.Type.REGION_AWARE);
    private static final String ZOOKEEPER = "zk://";
    private static final int LEAST_OVERHEAD = 384;
    private static final int MOST_OVERHEAD = 2_048;
    private static final long MILLI = 1_000;
    private static final String CPUS = "cpus";
    private static final String MEMORY = "mem";
    private static final String GPUS = "gpus";
    private static final Set<String> RESERVED = Set.of(CPUS, MEMORY, GPUS, "ports");

    static MesosSettings from(BackendEnvironment.Settings settings) {
        int cores = value(settings, MesosKeys.CORES);
        int heap = (int) (value(settings, MesosKeys.MEMORY).bytes() / MEGABYTE);
        int overhead = (int) (value(settings, MesosKeys.OVERHEAD).bytes() / MEGABYTE);
        String user = value(settings, MesosKeys.USER);
        int most = mostExecutors(value(settings, MesosKeys.MOST_CORES), cores);
        return new MesosSettings(
                value(settings, MesosKeys.ROLE),
                user.isEmpty() ? System.getProperty("user.name") : user,
                value(settings, MesosKeys.PRINCIPAL),
                value(settings, MesosKeys.CREDENTIAL),
                value(settings, MesosKeys.TLS),
                value(settings, MesosKeys.TRUST),
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
                store(value(settings, MesosKeys.STORE)),
                value(settings, MesosKeys.CHECKPOINT),
                webui(value(settings, MesosKeys.WEBUI)),
                named(settings),
                value(settings, MesosKeys.FILTER),
                TaskSettings.from(settings));
    }

    private static int mostExecutors(int mostCores, int cores) {
        if (mostCores < cores) {
            throw new ConfigException(
                    MesosKeys.MOST_CORES.name()
                            + " ("
                            + mostCores
                            + ") is less than one executor takes: "
                            + MesosKeys.CORES.name()
                            + " is "
                            + cores);
        }
        return mostCores / cores;
    }

    /** What is wrong with a place is said before anything happens; whether it is there shows when it is used. */
    private static String store(String where) {
        try {
            if (where.startsWith(ZOOKEEPER)) {
                ZooKeeperPlace unused = ZooKeeperPlace.parse(where);
            } else {
                Path unused = Path.of(where);
            }
            return where;
        } catch (IllegalArgumentException e) {
            throw new ConfigException(MesosKeys.STORE.name() + ": " + e.getMessage());
        }
    }

    private static String webui(String address) {
        if (!address.isEmpty() && !isPage(address)) {
            throw new ConfigException(
                    MesosKeys.WEBUI.name() + ": '" + address + "' is not the address of a page, like http://host:8080");
        }
        return address;
    }

    private static boolean isPage(String address) {
        try {
            var uri = new URI(address);
            return uri.getHost() != null && String.valueOf(uri.getScheme()).matches("https?");
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** In thousandths. */
    private static Map<String, Long> named(BackendEnvironment.Settings settings) {
        Map<String, Long> named = new TreeMap<>();
        NamedValues.parse(MesosKeys.RESOURCES, value(settings, MesosKeys.RESOURCES))
                .forEach((name, amount) -> named.put(name, thousandths(name, amount)));
        int gpus = value(settings, MesosKeys.GPUS);
        if (gpus > 0) {
            named.put(GPUS, gpus * MILLI);
        }
        return named;
    }

    private static long thousandths(String name, String amount) {
        if (RESERVED.contains(name)) {
            throw new ConfigException(MesosKeys.RESOURCES.name() + " names " + name + ", which has a key of its own");
        }
        try {
            long milli = new BigDecimal(amount).movePointRight(3).longValueExact();
            if (milli > 0) {
                return milli;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // told below, as what is not above 0 is
        }
        throw new ConfigException(
                MesosKeys.RESOURCES.name()
                        + ": '"
                        + amount
                        + "' is not an amount of "
                        + name
                        + " in thousandths, above 0");
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

    static <T> T value(BackendEnvironment.Settings settings, ConfigKey<T> key) {
        return key.type().parser().apply(settings.get(key.name()));
    }

    /**
     * @throws IOException when the certificates to trust cannot be read
     */
    MasterAccess access() throws IOException {
        return new MasterAccess(
                principal.isEmpty() ? null : new MasterAccess.Credential(principal, secret),
                !tls
                        ? null
                        : trust.isEmpty() ? TrustedCertificates.ofTheJdk() : TrustedCertificates.in(Path.of(trust)));
    }

    /** What tasks may use of an executor. */
    Resources lease() {
        return new Resources(cores * MILLI, 0, named);
    }

    Needs needs() {
        var scalars = new TreeMap<>(named);
        scalars.put(CPUS, cores * MILLI);
        scalars.put(MEMORY, (heapMegabytes + overheadMegabytes) * MILLI);
        var needs = new Needs(scalars);
        return task.offeredPort() ? needs.withPorts(1) : needs;
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
        if (!webui.isEmpty()) {
            info.setWebuiUrl(webui);
        }
        for (Capability.Type each : CAPABILITIES) {
            info.addCapabilities(Capability.newBuilder().setType(each));
        }
        if (named.containsKey(GPUS)) { // who has it is offered agents with GPUs, which are kept from all others
            info.addCapabilities(Capability.newBuilder().setType(Capability.Type.GPU_RESOURCES));
        }
        if (filtering) {
            OfferFilters.Builder filters = OfferFilters.newBuilder();
            filters.getMinAllocatableResourcesBuilder().addQuantities(least());
            info.putOfferFilters(role, filters.build());
        }
        return info.build();
    }

    /** Less than that is not worth an offer. */
    private ResourceQuantities least() {
        ResourceQuantities.Builder least = ResourceQuantities.newBuilder();
        needs().milliScalars()
                .forEach((name, milli) ->
                        least.putQuantities(name, Value.Scalar.newBuilder().setValue((double) milli / MILLI).build()));
        return least.build();
    }

    /** What masters are told of the constraints. */
    OfferConstraints offerConstraints() {
        return filtering ? constraints.offerConstraints(List.of(role)) : OfferConstraints.getDefaultInstance();
    }
}
