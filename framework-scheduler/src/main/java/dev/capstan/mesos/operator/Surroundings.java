package dev.capstan.mesos.operator;

import dev.capstan.mesos.master.Lookout;
import dev.capstan.mesos.master.MasterAccess;
import dev.capstan.mesos.master.MasterPlace;
import dev.capstan.mesos.resource.Needs;
import dev.capstan.mesos.resource.ResourceBag;
import dev.capstan.mesos.resource.Thousandths;

import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.master.Protos.Response.GetAgents.Agent;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Why a framework that wants resources is offered none. The master does not say so by itself: whoever is over its
 * quota, or finds everything taken, just hears nothing.
 */
public final class Surroundings implements Lookout {
    private final MasterPlace place;
    private final MasterAccess access;

    public Surroundings(MasterPlace place, MasterAccess access) {
        this.place = place;
        this.access = access;
    }

    @Override
    public String look(String role, Needs needs) throws IOException, InterruptedException {
        try (var client = new OperatorClient(place, access)) {
            return look(client, role, needs);
        }
    }

    private static String look(OperatorClient client, String role, Needs needs)
            throws IOException, InterruptedException {
        for (RoleLimits.Limit limit : RoleLimits.of(role, client)) {
            if (limit.leftMilli() < needs.milliScalars().getOrDefault(limit.resource(), 0L)) {
                return "the quota of role " + limit.role() + " does not allow it: " + limit;
            }
        }
        List<Agent> agents =
                client.get(Call.Type.GET_AGENTS).getGetAgents().getAgentsList().stream()
                        .filter(Agent::getActive)
                        .toList();
        return agents.isEmpty() ? "the master has no agent that is active" : taken(agents, needs);
    }

    private static String taken(List<Agent> agents, Needs needs) {
        for (Map.Entry<String, Long> need : needs.milliScalars().entrySet()) {
            long most = 0;
            long total = 0;
            for (Agent agent : agents) {
                long has = ResourceBag.ofReadable(agent.getTotalResourcesList()).milli(need.getKey());
                total = Math.max(total, has);
                most =
                        Math.max(
                                most,
                                has - ResourceBag.ofReadable(agent.getAllocatedResourcesList()).milli(need.getKey()));
            }
            if (most < need.getValue()) {
                return "no agent has "
                        + Thousandths.text(need.getValue())
                        + " "
                        + need.getKey()
                        + (total < need.getValue() ? " at all" : " that others do not hold")
                        + ": "
                        + Thousandths.text(most)
                        + " at most, of "
                        + Thousandths.text(total);
            }
        }
        return "";
    }
}
