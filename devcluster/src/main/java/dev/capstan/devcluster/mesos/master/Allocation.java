package dev.capstan.devcluster.mesos.master;

import dev.capstan.mesos.resource.ResourceBag;
import dev.capstan.mesos.resource.Thousandths;

import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Who is offered what: agent by agent, all that is free goes to the role that has least, and there to the framework
 * that has least, of those that may have it and do not refuse it. "Least" is by the largest share of any resource,
 * divided by the weight; then by how often it was served; then by name.
 */
final class Allocation {
    /** What one framework gets of one agent for one role. */
    record Grant(Framework framework, Agent agent, String role, ResourceBag resources) {}

    private static final long LEAST_CPUS_MILLI = 10;
    private static final long LEAST_MEM_MILLI = 32_000;
    private static final String GPUS = "gpus";

    private final Collection<Agent> agents;
    private final Collection<Framework> frameworks;
    private final Registry registry;
    private final MasterInfo here;
    private final Served served;
    private final long now;
    private final Usage usage;

    /** How often roles, and frameworks in roles, were served; outlives one round. */
    static final class Served {
        private final Map<String, Long> times = new HashMap<>();

        private long times(String who) {
            return times.getOrDefault(who, 0L);
        }

        private void count(String who) {
            times.merge(who, 1L, Long::sum);
        }

        /** A framework is gone, and with it each role that it alone had. */
        void forget(Framework gone, Collection<Framework> left) {
            for (String role : gone.roles()) {
                times.remove(key(role, gone.id));
                if (left.stream().noneMatch(each -> each.roles().contains(role))) {
                    times.remove(role);
                }
            }
        }
    }

    /**
     * @param agents of which something may be granted
     */
    Allocation(Roster roster, Collection<Agent> agents, Served served) {
        this.agents = agents.stream().filter(roster::isUsable).toList();
        this.frameworks = roster.frameworks.values();
        this.registry = roster.registry;
        this.here = roster.master;
        this.usage = roster.usage;
        this.served = served;
        this.now = roster.now();
    }

    /** One round; what is granted is allocated already when this returns. */
    List<Grant> run() {
        List<Grant> grants = new ArrayList<>();
        for (Agent agent : agents) {
            boolean granted = true;
            while (granted && !agent.available().isEmpty()) {
                granted = grantOne(agent, grants);
            }
        }
        return grants;
    }

    private boolean grantOne(Agent agent, List<Grant> grants) {
        for (String role : rolesInOrder()) {
            for (Framework framework : frameworksInOrder(role)) {
                ResourceBag resources = withinQuota(role, ResourceForm.usableBy(agent.available(), role));
                if (isWorthOffering(resources) && mayHave(framework, role, agent, resources)) {
                    ResourceBag allocated = ResourceForm.allocated(resources, role);
                    agent.allocate(framework.id, allocated);
                    served.count(role);
                    served.count(key(role, framework.id));
                    grants.add(new Grant(framework, agent, role, allocated));
                    return true;
                }
            }
        }
        return false;
    }

    private boolean mayHave(Framework framework, String role, Agent agent, ResourceBag resources) {
        boolean hidesGpus =
                agent.total().milli(GPUS) > 0 && !Capabilities.has(framework.info, Capability.Type.GPU_RESOURCES);
        return framework.isConnected()
                && !isFarAway(framework, agent)
                && !framework.suppressed.contains(role)
                && !hidesGpus
                && OfferFilters.isEnough(framework.info, role, resources)
                && OfferFilters.isAllowed(framework.constraints, role, agent.info)
                && !framework.refuses(role, agent.id, resources, now);
    }

    /** Agents of other regions are for frameworks that know of regions. */
    private boolean isFarAway(Framework framework, Agent agent) {
        return here.hasDomain()
                && agent.info.hasDomain()
                && !here.getDomain()
                        .getFaultDomain()
                        .getRegion()
                        .equals(agent.info.getDomain().getFaultDomain().getRegion())
                && !Capabilities.has(framework.info, Capability.Type.REGION_AWARE);
    }

    private static boolean isWorthOffering(ResourceBag resources) {
        return resources.milli("cpus") >= LEAST_CPUS_MILLI || resources.milli("mem") >= LEAST_MEM_MILLI;
    }

    /** What is free for all, cut down to what the limits of the role leave. */
    private ResourceBag withinQuota(String role, ResourceBag resources) {
        SequencedMap<String, Long> limits = registry.quotas().get(role);
        if (limits == null) {
            return resources;
        }
        List<Resource> left = new ArrayList<>();
        for (Resource each : resources.toProtos()) {
            Long limit = limits.get(each.getName());
            if (limit == null || each.getType() != Value.Type.SCALAR || each.getReservationsCount() > 0) {
                left.add(each);
                continue;
            }
            long rest = Math.max(0, Math.min(milli(each), limit - usage.taken(role, each.getName())));
            if (rest > 0) {
                left.add(
                        each.toBuilder()
                                .setScalar(Value.Scalar.newBuilder().setValue(Thousandths.toDouble(rest)))
                                .build());
            }
        }
        return ResourceBag.of(left);
    }

    private List<String> rolesInOrder() {
        return frameworks.stream()
                .flatMap(each -> each.roles().stream())
                .distinct()
                .sorted(
                        Comparator.<String>comparingDouble(
                                        role -> usage.share(role) / registry.weights().getOrDefault(role, 1.0))
                                .thenComparingLong(served::times)
                                .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    private List<Framework> frameworksInOrder(String role) {
        return frameworks.stream()
                .filter(each -> each.roles().contains(role))
                .sorted(
                        Comparator.<Framework>comparingDouble(each -> usage.share(role, each.id))
                                .thenComparingLong(each -> served.times(key(role, each.id)))
                                .thenComparing(each -> each.id.getValue()))
                .toList();
    }

    private static String key(String role, FrameworkID framework) {
        return role + " " + framework.getValue();
    }

    private static long milli(Resource resource) {
        return Thousandths.of(resource.getScalar().getValue());
    }
}
