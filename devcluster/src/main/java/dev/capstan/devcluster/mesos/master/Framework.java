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
    /** A refusal: nothing of this agent that lies within the resources, until then. */
    private record Filter(String role, AgentID agent, ResourceBag resources, long untilNanos) {}

    private static final int MOST_COMPLETED = 1_000;

    final FrameworkID id;
    final long registeredWall;
    FrameworkInfo info;
    long subscribedWall;

    /** Where its events go; null while it is away. */
    @Nullable Address stream;

    @Nullable String streamId;
    OfferConstraints constraints = OfferConstraints.getDefaultInstance();

    final Set<String> suppressed = new LinkedHashSet<>();
    final Map<TaskID, KnownTask> tasks = new LinkedHashMap<>();
    private final List<Task> completed = new ArrayList<>();
    private List<Filter> filters = new ArrayList<>();

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
        filters.add(new Filter(role, agent, resources, untilNanos));
    }

    boolean refuses(String role, AgentID agent, ResourceBag resources, long now) {
        filters.removeIf(filter -> filter.untilNanos - now <= 0);
        return filters.stream()
                .anyMatch(filter ->
                        filter.role.equals(role) && filter.agent.equals(agent) && filter.resources.contains(resources));
    }

    void forgetFilters(String role) {
        filters = new ArrayList<>(filters.stream().filter(each -> !each.role.equals(role)).toList());
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

    List<Task> completed() {
        return List.copyOf(completed);
    }
}
