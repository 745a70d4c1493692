package dev.capstan.devcluster.mesos.master;

import dev.capstan.mesos.resource.ResourceBag;
import dev.capstan.mesos.resource.Thousandths;

import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Value;
import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * What is there and what is taken, added up over all agents, in thousandths by name of the resource. Agents keep it
 * right with each change, so that a round of offers need not look at all of them for each offer.
 */
final class Usage {
    /** A role, or one framework in it. */
    private record Owner(String role, @Nullable FrameworkID framework) {}

    private final Map<String, Long> totals = new LinkedHashMap<>();
    private final Map<Owner, Map<String, Long>> taken = new LinkedHashMap<>();

    void joined(ResourceBag total) {
        scalars(total, (resource, milli) -> totals.merge(resource.getName(), milli, Usage::sum));
    }

    void left(ResourceBag total) {
        scalars(total, (resource, milli) -> totals.merge(resource.getName(), -milli, Usage::sum));
    }

    void allocated(FrameworkID framework, ResourceBag resources) {
        scalars(resources, (resource, milli) -> count(framework, resource, milli));
    }

    void recovered(FrameworkID framework, ResourceBag resources) {
        scalars(resources, (resource, milli) -> count(framework, resource, -milli));
    }

    private static void scalars(ResourceBag resources, BiConsumer<Resource, Long> each) {
        for (Resource resource : resources.toProtos()) {
            if (resource.getType() == Value.Type.SCALAR) {
                each.accept(resource, Thousandths.of(resource.getScalar().getValue()));
            }
        }
    }

    private void count(FrameworkID framework, Resource resource, long milli) {
        String role = resource.getAllocationInfo().getRole();
        count(new Owner(role, null), resource.getName(), milli);
        count(new Owner(role, framework), resource.getName(), milli);
    }

    private void count(Owner owner, String resource, long milli) {
        Map<String, Long> amounts = taken.computeIfAbsent(owner, _ -> new LinkedHashMap<>());
        amounts.merge(resource, milli, Usage::sum);
        if (amounts.isEmpty()) {
            taken.remove(owner);
        }
    }

    /** For {@link Map#merge}: what has come to nothing is forgotten. */
    private static @Nullable Long sum(Long one, Long other) {
        long sum = one + other;
        return sum == 0 ? null : sum;
    }

    /** What a role has and is offered of a resource. */
    long taken(String role, String resource) {
        return taken.getOrDefault(new Owner(role, null), Map.of()).getOrDefault(resource, 0L);
    }

    /** The largest part that a role has of any resource. */
    double share(String role) {
        return share(new Owner(role, null));
    }

    /** The largest part that a framework has of any resource, for one role. */
    double share(String role, FrameworkID framework) {
        return share(new Owner(role, framework));
    }

    private double share(Owner owner) {
        double most = 0;
        for (var each : taken.getOrDefault(owner, Map.of()).entrySet()) {
            most = Math.max(most, (double) each.getValue() / Math.max(1, totals.getOrDefault(each.getKey(), 1L)));
        }
        return most;
    }
}
