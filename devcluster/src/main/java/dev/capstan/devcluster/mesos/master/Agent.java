package dev.capstan.devcluster.mesos.master;

import dev.capstan.kernel.actor.Address;
import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a master knows about one agent. The one place where its resources are counted. */
final class Agent {
    final AgentID id;
    final AgentInfo info;
    final long registeredWall;

    /** Where it is reached; null while the link is broken. */
    @Nullable Address address;

    int missedPings;

    private final Map<FrameworkID, Map<ExecutorID, ExecutorInfo>> executors = new LinkedHashMap<>();

    /** By framework, with the role that each part is allocated to; offers are in here too. */
    private final Map<FrameworkID, ResourceBag> allocated = new LinkedHashMap<>();

    private final Usage usage;
    private ResourceBag total;
    private ResourceBag available;

    /**
     * @param total what it has, with the reservations and volumes that were made since it began
     * @param usage that all that is allocated here counts in
     */
    Agent(AgentID id, AgentInfo info, ResourceBag total, Address address, long wallNanos, Usage usage) {
        this.id = id;
        this.info = info;
        this.address = address;
        this.registeredWall = wallNanos;
        this.total = total;
        this.available = total;
        this.usage = usage;
        usage.joined(total);
    }

    /** It is no longer one of the cluster, and nothing of it counts any more. */
    void leave() {
        List.copyOf(allocated.keySet()).forEach(this::recoverAll);
        usage.left(total);
    }

    /** All that it has, allocated to nobody. */
    ResourceBag total() {
        return total;
    }

    /** What an operation makes of resources that a framework holds. */
    void convert(FrameworkID framework, Conversion conversion) {
        ResourceBag rest = allocatedTo(framework).minus(conversion.consumed());
        allocated.put(framework, rest.plus(conversion.converted()));
        convertTotal(conversion.unallocated());
    }

    /** What an operation makes of resources that nobody holds. */
    void convertFree(Conversion conversion) {
        available = available.minus(conversion.consumed()).plus(conversion.converted());
        convertTotal(conversion);
    }

    private void convertTotal(Conversion conversion) {
        total = total.minus(conversion.consumed()).plus(conversion.converted());
    }

    /** What nobody has and nobody is offered; allocated to nobody. */
    ResourceBag available() {
        return available;
    }

    Map<FrameworkID, ResourceBag> allocated() {
        return Map.copyOf(allocated);
    }

    /** What a framework has or is offered. */
    ResourceBag allocatedTo(FrameworkID framework) {
        return allocated.getOrDefault(framework, ResourceBag.EMPTY);
    }

    void allocate(FrameworkID framework, ResourceBag resources) {
        available = available.minus(ResourceForm.unallocated(resources));
        allocated.merge(framework, resources, ResourceBag::plus);
        usage.allocated(framework, resources);
    }

    void recover(FrameworkID framework, ResourceBag resources) {
        ResourceBag left = allocatedTo(framework).minus(resources);
        usage.recovered(framework, resources);
        available = available.plus(ResourceForm.unallocated(resources));
        if (left.isEmpty()) {
            allocated.remove(framework);
        } else {
            allocated.put(framework, left);
        }
    }

    void recoverAll(FrameworkID framework) {
        recover(framework, allocatedTo(framework));
    }

    @Nullable ExecutorInfo executor(FrameworkID framework, ExecutorID executor) {
        return executors.getOrDefault(framework, Map.of()).get(executor);
    }

    void addExecutor(FrameworkID framework, ExecutorInfo executor) {
        executors.computeIfAbsent(framework, _ -> new LinkedHashMap<>()).put(executor.getExecutorId(), executor);
    }

    @Nullable ExecutorInfo removeExecutor(FrameworkID framework, ExecutorID executor) {
        Map<ExecutorID, ExecutorInfo> known = executors.get(framework);
        ExecutorInfo removed = known == null ? null : known.remove(executor);
        if (known != null && known.isEmpty()) {
            executors.remove(framework);
        }
        return removed;
    }

    void removeExecutors(FrameworkID framework) {
        executors.remove(framework);
    }

    List<ExecutorInfo> executors(FrameworkID framework) {
        return List.copyOf(executors.getOrDefault(framework, Map.of()).values());
    }
}
