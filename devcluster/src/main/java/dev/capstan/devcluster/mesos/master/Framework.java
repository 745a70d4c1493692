package dev.capstan.devcluster.mesos.master;

import dev.capstan.kernel.actor.Address;
import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Task;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a master knows about one framework. */
final class Framework {
    /** A refusal: nothing of an agent that lies within the resources, until then. */
    private record Filter(String role, ResourceBag resources, long untilNanos) {}

    private static final int MOST_COMPLETED = 1_000;

    final FrameworkID id;
    final long registeredWall;
    FrameworkInfo info;
    long subscribedWall;

    /** Whether it is known from agents only, and has not come itself. */
    boolean isRecovered;

    /** Where its events go; null while it is away. */
    @Nullable Address stream;

    @Nullable String streamId;
    OfferConstraints constraints = OfferConstraints.getDefaultInstance();

    final Set<String> suppressed = new LinkedHashSet<>();
    final Map<TaskID, KnownTask> tasks = new LinkedHashMap<>();
    private final List<Task> completed = new ArrayList<>();
    private final Map<AgentID, List<Filter>> filters = new LinkedHashMap<>();

    Framework(FrameworkID id, FrameworkInfo info, long wallNanos) {
        this.id = id;
        this.info = info;
        this.registeredWall = wallNanos;
        this.subscribedWall = wallNanos;
    }

    boolean isConnected() {
        return stream != null;
    }

    boolean isPartitionAware() {
        return Capabilities.isPartitionAware(info);
    }

    List<String> roles() {
        return Capabilities.roles(info);
    }

    void refuse(String role, AgentID agent, ResourceBag resources, long untilNanos) {
        filters.computeIfAbsent(agent, _ -> new ArrayList<>()).add(new Filter(role, resources, untilNanos));
    }

    boolean refuses(String role, AgentID agent, ResourceBag resources, long now) {
        List<Filter> ofAgent = filters.getOrDefault(agent, List.of());
        if (ofAgent.isEmpty()) {
            return false;
        }
        ofAgent.removeIf(filter -> filter.untilNanos - now <= 0);
        if (ofAgent.isEmpty()) {
            filters.remove(agent);
        }
        return ofAgent.stream().anyMatch(filter -> filter.role.equals(role) && filter.resources.contains(resources));
    }

    void forgetFilters(String role) {
        filters.values().forEach(ofAgent -> ofAgent.removeIf(each -> each.role.equals(role)));
    }

    void forgetFilters() {
        filters.clear();
    }

    /** The task is over, and the framework has been told. */
    void complete(KnownTask task) {
        tasks.remove(task.id());
        completed.add(task.toProto());
        if (completed.size() > MOST_COMPLETED) {
            completed.removeFirst();
        }
    }

    /** A task that was given up runs after all. */
    void isBack(TaskID task) {
        completed.removeIf(each -> each.getTaskId().equals(task));
    }

    List<Task> completed() {
        return List.copyOf(completed);
    }
}
