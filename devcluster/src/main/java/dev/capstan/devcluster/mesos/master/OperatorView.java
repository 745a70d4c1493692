package dev.capstan.devcluster.mesos.master;

import dev.capstan.devcluster.mesos.message.Reply;
import dev.capstan.mesos.resource.ResourceBag;
import dev.capstan.mesos.resource.Thousandths;

import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.DrainState;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Role;
import org.apache.mesos.v1.Protos.Task;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TimeInfo;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.Protos.VersionInfo;
import org.apache.mesos.v1.Protos.WeightInfo;
import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.master.Protos.Response;
import org.apache.mesos.v1.quota.Protos.QuotaConfig;
import org.apache.mesos.v1.quota.Protos.QuotaInfo;
import org.apache.mesos.v1.quota.Protos.QuotaStatus;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What an operator is shown; reads only. */
final class OperatorView {
    private final MasterInfo master;
    private final Collection<Agent> agents;
    private final Collection<Framework> frameworks;
    private final Collection<Framework> removed;
    private final Registry registry;
    private final Offers offers;
    private final OfferOperations operations;
    private final MasterConfig config;

    OperatorView(Roster roster, Offers offers, OfferOperations operations) {
        this.master = roster.master;
        this.agents = roster.agents.values();
        this.frameworks = roster.frameworks.values();
        this.removed = roster.removed.values();
        this.registry = roster.registry;
        this.offers = offers;
        this.operations = operations;
        this.config = roster.config;
    }

    Reply answer(Call call) {
        Response.Builder response = Response.newBuilder();
        switch (call.getType()) {
            case GET_FLAGS ->
                    MasterFlags.of(config, master)
                            .forEach((name, value) ->
                                    response.getGetFlagsBuilder().addFlagsBuilder().setName(name).setValue(value));
            case GET_HEALTH -> response.getGetHealthBuilder().setHealthy(true);
            case GET_VERSION -> response.getGetVersionBuilder().setVersionInfo(version(master.getVersion()));
            case GET_MASTER -> response.getGetMasterBuilder().setMasterInfo(master);
            case GET_STATE -> response.setGetState(state());
            case GET_TASKS -> response.setGetTasks(tasks());
            case GET_EXECUTORS -> response.setGetExecutors(executors());
            case GET_FRAMEWORKS -> response.setGetFrameworks(frameworks());
            case GET_AGENTS -> response.setGetAgents(agents());
            case GET_OPERATIONS -> response.getGetOperationsBuilder().addAllOperations(operations.all());
            case GET_ROLES -> response.setGetRoles(roles());
            case GET_QUOTA -> response.getGetQuotaBuilder().setStatus(quotas());
            case GET_MAINTENANCE_SCHEDULE ->
                    response.getGetMaintenanceScheduleBuilder().setSchedule(registry.schedule());
            case GET_WEIGHTS -> response.setGetWeights(weights());
            default -> {
                return new Reply.Refused(501, call.getType() + " is not served by this master");
            }
        }
        return new Reply.Answered(response.setType(Response.Type.valueOf(call.getType().name())).build());
    }

    /** All of it. */
    Response.GetState state() {
        return Response.GetState.newBuilder()
                .setGetTasks(tasks())
                .setGetExecutors(executors())
                .setGetFrameworks(frameworks())
                .setGetAgents(agents())
                .build();
    }

    static VersionInfo version(String version) {
        return VersionInfo.newBuilder().setVersion(version).build();
    }

    private Response.GetTasks tasks() {
        Response.GetTasks.Builder tasks = Response.GetTasks.newBuilder();
        frameworks.forEach(each -> each.tasks.values().forEach(task -> tasks.addTasks(task.toProto())));
        frameworks.forEach(each -> each.completed().forEach(task -> addEnded(task, tasks)));
        removed.forEach(each -> tasks.addAllCompletedTasks(each.completed()));
        return tasks.build();
    }

    /** What an agent that does not answer may still run has not ended for good. */
    private static void addEnded(Task task, Response.GetTasks.Builder tasks) {
        if (task.getState() == TaskState.TASK_UNREACHABLE) {
            tasks.addUnreachableTasks(task);
        } else {
            tasks.addCompletedTasks(task);
        }
    }

    private Response.GetExecutors executors() {
        Response.GetExecutors.Builder executors = Response.GetExecutors.newBuilder();
        for (Agent agent : agents) {
            for (Framework framework : frameworks) {
                agent.executors(framework.id)
                        .forEach(each -> executors.addExecutorsBuilder().setExecutorInfo(each).setAgentId(agent.id));
            }
        }
        return executors.build();
    }

    private Response.GetFrameworks frameworks() {
        Response.GetFrameworks.Builder all = Response.GetFrameworks.newBuilder();
        frameworks.forEach(each -> all.addFrameworks(framework(each)));
        removed.forEach(each -> all.addCompletedFrameworks(framework(each)));
        return all.build();
    }

    /** As who listens is told of a framework: without what it holds, and with a time that is not there yet. */
    static Response.GetFrameworks.Framework brief(Framework framework) {
        return withoutHoldings(framework).setUnregisteredTime(time(0)).build();
    }

    private static Response.GetFrameworks.Framework.Builder withoutHoldings(Framework framework) {
        return Response.GetFrameworks.Framework.newBuilder()
                .setFrameworkInfo(framework.info)
                .setActive(framework.isConnected())
                .setConnected(framework.isConnected())
                .setRecovered(framework.isRecovered)
                .setRegisteredTime(time(framework.registeredWall))
                .setReregisteredTime(time(framework.subscribedWall));
    }

    private Response.GetFrameworks.Framework framework(Framework framework) {
        ResourceBag offered = ResourceBag.EMPTY;
        ResourceBag allocated = ResourceBag.EMPTY;
        for (Offers.Held each : offers.all()) {
            if (each.framework() == framework) {
                offered = offered.plus(each.resources());
            }
        }
        for (Agent each : agents) {
            allocated = allocated.plus(each.allocatedTo(framework.id));
        }
        return withoutHoldings(framework)
                .addAllOffers(offers.of(framework))
                .addAllOfferedResources(ResourceForm.forOperators(offered))
                .addAllAllocatedResources(ResourceForm.forOperators(allocated.minus(offered)))
                .setOfferConstraints(framework.constraints)
                .build();
    }

    private Response.GetAgents agents() {
        Response.GetAgents.Builder all = Response.GetAgents.newBuilder();
        agents.forEach(each -> all.addAgents(agent(each)));
        return all.addAllRecoveredAgents(registry.awaited()).build();
    }

    Response.GetAgents.Agent agent(Agent agent) {
        ResourceBag offered = ResourceBag.EMPTY;
        for (Offers.Held each : offers.on(agent.id)) {
            offered = offered.plus(each.resources());
        }
        ResourceBag allocated = ResourceBag.EMPTY;
        for (ResourceBag each : agent.allocated().values()) {
            allocated = allocated.plus(each);
        }
        var shown = Response.GetAgents.Agent.newBuilder();
        Registry.Drain drain = registry.drain(agent.id);
        if (drain != null) {
            shown.setEstimatedDrainStartTime(time(drain.wallNanos()))
                    .getDrainInfoBuilder()
                    .setState(drain.isDone() ? DrainState.DRAINED : DrainState.DRAINING)
                    .setConfig(drain.config());
        }
        return shown.setAgentInfo(agent.info)
                .setActive(agent.address != null && !registry.isDeactivated(agent.id))
                .setDeactivated(registry.isDeactivated(agent.id))
                .setVersion(master.getVersion())
                .setPid("slave(1)@" + config.ip() + ":" + agent.info.getPort())
                .setRegisteredTime(time(agent.registeredWall))
                .addAllTotalResources(ResourceForm.forOperators(agent.total()))
                .addAllOfferedResources(ResourceForm.forOperators(offered))
                .addAllAllocatedResources(ResourceForm.forOperators(allocated.minus(offered)))
                .addAllCapabilities(CAPABILITIES)
                .build();
    }

    private static final List<AgentInfo.Capability> CAPABILITIES =
            List.of(
                            AgentInfo.Capability.Type.MULTI_ROLE,
                            AgentInfo.Capability.Type.HIERARCHICAL_ROLE,
                            AgentInfo.Capability.Type.RESERVATION_REFINEMENT)
                    .stream()
                    .map(type -> AgentInfo.Capability.newBuilder().setType(type).build())
                    .toList();

    private Response.GetRoles roles() {
        Set<String> names = new TreeSet<>(registry.weights().keySet());
        names.addAll(registry.quotas().keySet());
        frameworks.forEach(each -> names.addAll(each.roles()));
        Response.GetRoles.Builder roles = Response.GetRoles.newBuilder();
        for (String name : names) {
            Role.Builder role = Role.newBuilder().setName(name).setWeight(registry.weights().getOrDefault(name, 1.0));
            frameworks.stream()
                    .filter(each -> each.roles().contains(name))
                    .forEach(each -> role.addFrameworks(each.id));
            role.addAllResources(scalars(name));
            roles.addRoles(role);
        }
        return roles.build();
    }

    @SuppressWarnings("deprecation") // the older form, which a master still fills in
    private QuotaStatus quotas() {
        QuotaStatus.Builder status = QuotaStatus.newBuilder();
        registry.quotas()
                .forEach((role, limits) -> {
                    status.addInfos(QuotaInfo.newBuilder().setRole(role));
                    QuotaConfig.Builder quota = QuotaConfig.newBuilder().setRole(role);
                    limits.forEach((resource, milli) ->
                            quota.putLimits(
                                    resource, Value.Scalar.newBuilder().setValue(Thousandths.toDouble(milli)).build()));
                    status.addConfigs(quota);
                });
        return status.build();
    }

    private Response.GetWeights weights() {
        Response.GetWeights.Builder weights = Response.GetWeights.newBuilder();
        registry.weights()
                .forEach((role, weight) ->
                        weights.addWeightInfos(WeightInfo.newBuilder().setRole(role).setWeight(weight)));
        return weights.build();
    }

    /** What a role has and is offered, added up over all agents. */
    private List<Resource> scalars(String role) {
        Map<String, Resource.Builder> sums = new TreeMap<>();
        for (Agent agent : agents) {
            for (ResourceBag bag : agent.allocated().values()) {
                for (Resource each : bag.toProtos()) {
                    if (each.hasScalar() && each.getAllocationInfo().getRole().equals(role)) {
                        sums.computeIfAbsent(
                                        each.getName(),
                                        name -> Resource.newBuilder().setName(name).setType(each.getType()))
                                .getScalarBuilder()
                                .setValue(
                                        sums.get(each.getName()).getScalar().getValue() + each.getScalar().getValue());
                    }
                }
            }
        }
        return sums.values().stream().map(Resource.Builder::build).toList();
    }

    private static TimeInfo time(long wallNanos) {
        return TimeInfo.newBuilder().setNanoseconds(wallNanos).build();
    }
}
