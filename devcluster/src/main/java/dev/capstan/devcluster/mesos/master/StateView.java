package dev.capstan.devcluster.mesos.master;

import dev.capstan.devcluster.mesos.json.PlainJson;
import dev.capstan.mesos.resource.ResourceBag;
import dev.capstan.mesos.resource.Thousandths;

import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Task;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** All that there is, in the JSON of old, which tools read from {@code /state}. Reads only. */
final class StateView {
    private static final List<String> ALWAYS = List.of("cpus", "disk", "gpus", "mem");

    private final Roster roster;
    private final Offers offers;

    StateView(Roster roster, Offers offers) {
        this.roster = roster;
        this.offers = offers;
    }

    String json() {
        MasterInfo master = roster.master;
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("version", master.getVersion());
        state.put("id", master.getId());
        state.put("pid", master.getPid());
        state.put("hostname", master.getHostname());
        state.put("leader", master.getPid());
        state.put("leader_info", leader(master));
        state.put("elected_time", Statuses.seconds(roster.beganWall()));
        state.put("start_time", Statuses.seconds(roster.beganWall()));
        state.put("flags", MasterFlags.of(roster.config, master));
        state.put("activated_slaves", count(roster::isUsable));
        state.put("deactivated_slaves", count(agent -> !roster.isUsable(agent)));
        state.put("unreachable_slaves", roster.registry.unreachable());
        state.put("slaves", all(roster.agents.values(), this::agent));
        state.put("recovered_slaves", all(roster.registry.awaited(), info -> Map.of("id", info.getId().getValue())));
        state.put("frameworks", all(roster.frameworks.values(), this::framework));
        state.put("completed_frameworks", all(roster.removed.values(), this::framework));
        state.put("orphan_tasks", List.of());
        state.put("unregistered_frameworks", List.of());
        return PlainJson.write(state);
    }

    private static <T> List<Object> all(Collection<T> each, Function<T, Object> view) {
        return each.stream().map(view).toList();
    }

    private long count(Predicate<Agent> which) {
        return roster.agents.values().stream().filter(which).count();
    }

    private static Map<String, Object> leader(MasterInfo master) {
        Map<String, Object> leader = new LinkedHashMap<>();
        leader.put("id", master.getId());
        leader.put("pid", master.getPid());
        leader.put("port", master.getPort());
        leader.put("hostname", master.getHostname());
        return leader;
    }

    private Map<String, Object> agent(Agent agent) {
        ResourceBag offered = ResourceBag.EMPTY;
        for (Offers.Held each : offers.on(agent.id)) {
            offered = offered.plus(each.resources());
        }
        ResourceBag allocated = ResourceBag.EMPTY;
        for (ResourceBag each : agent.allocated().values()) {
            allocated = allocated.plus(each);
        }
        Map<String, List<Resource>> reserved = new TreeMap<>();
        List<Resource> free = new ArrayList<>();
        for (Resource each : agent.total().toProtos()) {
            String role = ResourceForm.reservedFor(each);
            (role.equals("*") ? free : reserved.computeIfAbsent(role, _ -> new ArrayList<>())).add(each);
        }
        Map<String, Object> reservations = new LinkedHashMap<>();
        reserved.forEach((role, resources) -> reservations.put(role, amounts(resources)));
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", agent.id.getValue());
        view.put("hostname", agent.info.getHostname());
        view.put("port", agent.info.getPort());
        view.put("pid", "slave(1)@" + roster.config.ip() + ":" + agent.info.getPort());
        view.put("attributes", attributes(agent.info.getAttributesList()));
        view.put("registered_time", Statuses.seconds(agent.registeredWall));
        view.put("resources", amounts(agent.total().toProtos()));
        view.put("used_resources", amounts(allocated.minus(offered).toProtos()));
        view.put("offered_resources", amounts(offered.toProtos()));
        view.put("reserved_resources", reservations);
        view.put("unreserved_resources", amounts(free));
        view.put("active", roster.isUsable(agent));
        view.put("deactivated", roster.registry.isDeactivated(agent.id));
        view.put("version", roster.master.getVersion());
        return view;
    }

    private static Map<String, Object> attributes(List<Attribute> attributes) {
        Map<String, Object> view = new LinkedHashMap<>();
        for (Attribute each : attributes) {
            view.put(
                    each.getName(),
                    switch (each.getType()) {
                        case SCALAR -> each.getScalar().getValue();
                        case RANGES -> ResourceForm.text(each.getRanges());
                        case SET -> "{" + String.join(", ", each.getSet().getItemList()) + "}";
                        case TEXT -> each.getText().getValue();
                    });
        }
        return view;
    }

    private Map<String, Object> framework(Framework framework) {
        List<Offer> held = offers.of(framework);
        ResourceBag offered = ResourceBag.of(held.stream().flatMap(each -> each.getResourcesList().stream()).toList());
        ResourceBag used = ResourceBag.EMPTY;
        List<Object> executors = new ArrayList<>();
        for (Agent agent : roster.agents.values()) {
            ResourceBag holds = agent.allocatedTo(framework.id);
            for (Offers.Held each : offers.on(agent.id)) {
                holds = each.framework() == framework ? holds.minus(each.resources()) : holds;
            }
            used = used.plus(holds);
            agent.executors(framework.id).forEach(each -> executors.add(executor(each, agent)));
        }
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", framework.id.getValue());
        view.put("name", framework.info.getName());
        view.put("user", framework.info.getUser());
        view.put("roles", framework.roles());
        view.put("principal", framework.info.getPrincipal());
        view.put("hostname", framework.info.getHostname());
        view.put("webui_url", framework.info.getWebuiUrl());
        view.put("failover_timeout", framework.info.getFailoverTimeout());
        view.put("checkpoint", framework.info.getCheckpoint());
        view.put("capabilities", all(framework.info.getCapabilitiesList(), each -> each.getType().name()));
        view.put("registered_time", Statuses.seconds(framework.registeredWall));
        view.put("reregistered_time", Statuses.seconds(framework.subscribedWall));
        view.put("active", framework.isConnected());
        view.put("connected", framework.isConnected());
        view.put("recovered", framework.isRecovered);
        view.put("used_resources", amounts(used.toProtos()));
        view.put("offered_resources", amounts(offered.toProtos()));
        view.put("resources", amounts(sum(used, offered)));
        view.put("tasks", all(framework.tasks.values(), each -> task(each.toProto())));
        view.put("unreachable_tasks", ended(framework, state -> state == TaskState.TASK_UNREACHABLE));
        view.put("completed_tasks", ended(framework, state -> state != TaskState.TASK_UNREACHABLE));
        view.put("executors", executors);
        view.put("offers", all(held, each -> each.getId().getValue()));
        return view;
    }

    private static List<Resource> sum(ResourceBag used, ResourceBag offered) {
        List<Resource> both = new ArrayList<>(used.toProtos());
        both.addAll(offered.toProtos());
        return both;
    }

    private static List<Object> ended(Framework framework, Predicate<TaskState> which) {
        return all(
                framework.completed().stream().filter(each -> which.test(each.getState())).toList(), StateView::task);
    }

    private static Map<String, Object> executor(ExecutorInfo executor, Agent agent) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("executor_id", executor.getExecutorId().getValue());
        view.put("name", executor.getName());
        view.put("framework_id", executor.getFrameworkId().getValue());
        view.put("slave_id", agent.id.getValue());
        view.put("resources", amounts(executor.getResourcesList()));
        return view;
    }

    private static Map<String, Object> task(Task task) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", task.getTaskId().getValue());
        view.put("name", task.getName());
        view.put("framework_id", task.getFrameworkId().getValue());
        view.put("executor_id", task.getExecutorId().getValue());
        view.put("slave_id", task.getAgentId().getValue());
        view.put("state", task.getState().name());
        view.put("resources", amounts(task.getResourcesList()));
        view.put("role", task.getResourcesCount() == 0 ? "" : task.getResources(0).getAllocationInfo().getRole());
        view.put("labels", all(task.getLabels().getLabelsList(), StateView::label));
        view.put("statuses", all(task.getStatusesList(), StateView::status));
        return view;
    }

    private static Map<String, Object> label(Label label) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("key", label.getKey());
        view.put("value", label.getValue());
        return view;
    }

    private static Map<String, Object> status(TaskStatus status) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("state", status.getState().name());
        view.put("timestamp", status.getTimestamp());
        if (status.hasContainerStatus()) {
            view.put(
                    "container_status",
                    Map.of("container_id", Map.of("value", status.getContainerStatus().getContainerId().getValue())));
        }
        return view;
    }

    /** By name: numbers added up, ranges and sets as text. */
    private static Map<String, Object> amounts(List<Resource> resources) {
        Map<String, Object> view = new TreeMap<>();
        ALWAYS.forEach(each -> view.put(each, 0.0));
        Map<String, Long> sums = new TreeMap<>();
        for (Resource each : resources) {
            if (each.getType() == Value.Type.SCALAR) {
                long sum = sums.merge(each.getName(), Thousandths.of(each.getScalar().getValue()), Long::sum);
                view.put(each.getName(), Thousandths.toDouble(sum));
            } else {
                view.merge(each.getName(), ResourceForm.amount(each), (one, other) -> one + ", " + other);
            }
        }
        return view;
    }
}
