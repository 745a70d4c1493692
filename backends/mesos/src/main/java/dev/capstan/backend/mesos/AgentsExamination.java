package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.Finding;
import dev.capstan.driver.runtime.DriverPlace;
import dev.capstan.mesos.constraint.AgentFacts;
import dev.capstan.mesos.operator.OperatorClient;
import dev.capstan.mesos.resource.Pick;
import dev.capstan.mesos.resource.Picking;
import dev.capstan.mesos.resource.ResourceBag;
import dev.capstan.mesos.resource.Thousandths;

import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.master.Protos.Response.GetAgents.Agent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Looks whether any agent could have an executor, and whether agents and driver reach each other. */
final class AgentsExamination {
    private static final String SUBJECT = "agents";
    private static final String SIZE = "executor size";
    private static final String CONSTRAINTS = "constraints";

    private final OperatorClient client;
    private final MesosSettings settings;
    private final DriverPlace driver;
    private final Consumer<Finding> findings;

    AgentsExamination(OperatorClient client, MesosSettings settings, DriverPlace driver, Consumer<Finding> findings) {
        this.client = client;
        this.settings = settings;
        this.driver = driver;
        this.findings = findings;
    }

    void run() throws InterruptedException {
        List<Agent> all;
        try {
            all = client.get(Call.Type.GET_AGENTS).getGetAgents().getAgentsList();
        } catch (IOException e) {
            findings.accept(
                    Finding.warning(
                            SUBJECT,
                            "the master does not tell of its agents: " + e.getMessage(),
                            "the operators of the cluster decide what "
                                    + MesosKeys.PRINCIPAL.name()
                                    + " may see; whether executors find room is known when a program runs"));
            return;
        }
        List<Agent> usable = all.stream().filter(AgentsExamination::isUsable).toList();
        if (usable.isEmpty()) {
            findings.accept(
                    Finding.failure(
                            SUBJECT,
                            all.isEmpty()
                                    ? "none has registered with the master"
                                    : "none of " + all.size() + " takes tasks: they are away, deactivated or drained",
                            "start an agent, or reactivate one"));
            return;
        }
        lookAtVersions(usable);
        List<Agent> allowed = meetingConstraints(usable);
        if (!allowed.isEmpty()) {
            lookAtSizes(allowed);
        }
        new WayBack(usable, driver, findings).run();
    }

    private static boolean isUsable(Agent agent) {
        return agent.getActive() && !agent.getDeactivated() && !agent.hasDrainInfo();
    }

    private void lookAtVersions(List<Agent> usable) {
        List<String> old =
                usable.stream()
                        .filter(agent -> MesosVersion.parse(agent.getVersion()).compareTo(MesosVersion.LEAST) < 0)
                        .map(agent -> agent.getAgentInfo().getHostname() + " (" + agent.getVersion() + ")")
                        .toList();
        findings.accept(
                old.isEmpty()
                        ? Finding.ok(SUBJECT, usable.size() + " take tasks")
                        : Finding.warning(
                                SUBJECT,
                                usable.size() + " take tasks; too old are " + String.join(", ", old),
                                "agents of Mesos " + MesosVersion.LEAST + " or later are needed"));
    }

    private List<Agent> meetingConstraints(List<Agent> usable) {
        List<Agent> allowed = new ArrayList<>();
        Map<String, Integer> refusals = new LinkedHashMap<>();
        for (Agent agent : usable) {
            List<String> reasons = refusals(agent);
            if (reasons.isEmpty()) {
                allowed.add(agent);
            }
            reasons.forEach(reason -> refusals.merge(reason, 1, Integer::sum));
        }
        String why =
                refusals.entrySet().stream()
                        .map(each -> each.getKey() + " (" + each.getValue() + "×)")
                        .collect(Collectors.joining("; "));
        String count = allowed.size() + " of " + usable.size() + " agents meet them";
        findings.accept(
                allowed.isEmpty()
                        ? Finding.failure(
                                CONSTRAINTS, "no agent meets them: " + why, MesosKeys.CONSTRAINTS.name() + " has them")
                        : Finding.ok(CONSTRAINTS, count + (why.isEmpty() ? "" : "; the others: " + why)));
        return allowed;
    }

    private List<String> refusals(Agent agent) {
        try {
            return settings.constraints().refusals(AgentFacts.of(agent.getAgentInfo()), List.of());
        } catch (IllegalArgumentException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    private void lookAtSizes(List<Agent> allowed) {
        List<Agent> largeEnough = allowed.stream().filter(agent -> fits(ours(agent))).toList();
        if (largeEnough.isEmpty()) {
            findings.accept(
                    Finding.failure(
                            SIZE,
                            "an executor needs " + settings.needs() + "; the largest agent has " + largest(allowed),
                            MesosKeys.CORES.name()
                                    + ", "
                                    + MesosKeys.MEMORY.name()
                                    + " and "
                                    + MesosKeys.OVERHEAD.name()
                                    + " say how large executors are; what is reserved for other roles does not count"));
            return;
        }
        long free = largeEnough.stream().filter(agent -> fits(free(agent))).count();
        String text = largeEnough.size() + " of " + allowed.size() + " agents are large enough for " + settings.needs();
        findings.accept(
                free > 0
                        ? Finding.ok(SIZE, text + ", " + free + " have that free now")
                        : Finding.warning(
                                SIZE,
                                text + ", and none has that free now",
                                "programs wait until others give something back"));
    }

    private boolean fits(ResourceBag resources) {
        return Picking.pick(resources, settings.needs()) instanceof Pick.Taken;
    }

    private String largest(List<Agent> agents) {
        return settings.needs().milliScalars().keySet().stream()
                .map(name -> {
                    long most = agents.stream().mapToLong(agent -> ours(agent).milli(name)).max().orElse(0);
                    return Thousandths.text(most) + " " + name;
                })
                .collect(Collectors.joining(", "));
    }

    private ResourceBag ours(Agent agent) {
        return ours(agent.getTotalResourcesList());
    }

    /** What is offered to others may be refused by them, so it counts. */
    private ResourceBag free(Agent agent) {
        ResourceBag taken = ours(agent.getAllocatedResourcesList());
        ResourceBag total = ours(agent);
        return total.contains(taken) ? total.minus(taken) : ResourceBag.EMPTY;
    }

    private ResourceBag ours(List<Resource> resources) {
        return ResourceBag.ofReadable(
                resources.stream()
                        .filter(this::isForOurRole)
                        .map(resource -> resource.toBuilder().clearAllocationInfo().buildPartial())
                        .toList());
    }

    /** Reservations narrow from the first to the last; one for a role is for those below it too. */
    @SuppressWarnings("deprecation") // the form of masters that do not refine reservations
    private boolean isForOurRole(Resource resource) {
        String role =
                resource.getReservationsCount() > 0
                        ? resource.getReservations(resource.getReservationsCount() - 1).getRole()
                        : resource.getRole();
        return role.isEmpty()
                || role.equals("*")
                || settings.role().equals(role)
                || settings.role().startsWith(role + "/");
    }
}
