package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.ha.zookeeper.ZooKeeperPlace;
import dev.capstan.kernel.config.ConfigException;
import dev.capstan.kernel.config.ConfigKey;
import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.resource.Needs;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.OfferFilters;
import org.apache.mesos.v1.Protos.OfferFilters.ResourceQuantities;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The settings of a program on Mesos, read once.
 *
 * @param size of an executor
 * @param task what the Mesos task of an executor holds
 * @param constraints on agents
 * @param filtering whether masters are told what would be refused
 * @param unreachable for how long an agent may be away until its executors count as lost
 * @param store where the framework's book is kept; empty for nowhere
 */
record MesosSettings(
        FrameworkIdentity identity,
        MasterSettings master,
        ExecutorSize size,
        ExecutorCount count,
        TaskSettings task,
        Constraints constraints,
        boolean filtering,
        Duration unreachable,
        String store) {
    private static final String ZOOKEEPER = "zk://";
    private static final double MILLI = 1_000;

    static MesosSettings from(BackendEnvironment.Settings settings) {
        ExecutorSize size = ExecutorSize.from(settings);
        return new MesosSettings(
                FrameworkIdentity.from(settings),
                MasterSettings.from(settings),
                size,
                ExecutorCount.from(settings, size.cores()),
                TaskSettings.from(settings),
                constraints(settings),
                value(settings, MesosKeys.FILTER),
                value(settings, MesosKeys.UNREACHABLE),
                store(value(settings, MesosKeys.STORE)));
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

    String role() {
        return identity.role();
    }

    /** What is to be offered for an executor. */
    Needs needs() {
        return task.offeredPort() ? size.needs().withPorts(1) : size.needs();
    }

    FrameworkInfo framework(String application) {
        FrameworkInfo.Builder info = identity.describe(application);
        if (size.hasGpus()) { // who has it is offered agents with GPUs, which are kept from all others
            info.addCapabilities(Capability.newBuilder().setType(Capability.Type.GPU_RESOURCES));
        }
        if (filtering) {
            OfferFilters.Builder filters = OfferFilters.newBuilder();
            filters.getMinAllocatableResourcesBuilder().addQuantities(least());
            info.putOfferFilters(role(), filters.build());
        }
        return info.build();
    }

    /** Less than that is not worth an offer. */
    private ResourceQuantities least() {
        ResourceQuantities.Builder least = ResourceQuantities.newBuilder();
        needs().milliScalars()
                .forEach((name, milli) ->
                        least.putQuantities(name, Value.Scalar.newBuilder().setValue(milli / MILLI).build()));
        return least.build();
    }

    /** What masters are told of the constraints. */
    OfferConstraints offerConstraints() {
        return filtering ? constraints.offerConstraints(List.of(role())) : OfferConstraints.getDefaultInstance();
    }
}
