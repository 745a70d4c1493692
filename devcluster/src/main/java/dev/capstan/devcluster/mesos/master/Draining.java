package dev.capstan.devcluster.mesos.master;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.message.Reply;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.DrainConfig;
import org.apache.mesos.v1.Protos.DurationInfo;
import org.apache.mesos.v1.master.Protos.Call;
import org.jspecify.annotations.Nullable;

import java.time.Duration;

/** Agents that are to be left alone, emptied, or given up for ever. */
final class Draining {
    private final Roster roster;
    private final Offers offers;
    private final Agents agents;

    Draining(Roster roster, Offers offers, Agents agents) {
        this.roster = roster;
        this.offers = offers;
        this.agents = agents;
    }

    /** All tasks of an agent are to end, and none is to begin. */
    Reply drain(Call.DrainAgent call) {
        Agent agent = roster.agents.get(call.getAgentId());
        if (agent == null) {
            return unknown();
        }
        DrainConfig.Builder config = DrainConfig.newBuilder().setMarkGone(call.getMarkGone());
        if (call.hasMaxGracePeriod()) {
            var most = call.getMaxGracePeriod();
            config.setMaxGracePeriod(
                    DurationInfo.newBuilder()
                            .setNanoseconds(Duration.ofSeconds(most.getSeconds(), most.getNanos()).toNanos()));
        }
        roster.write(new RegistryEntry.AgentDrains(agent.id, config.build(), roster.wall()));
        offers.rescind(offer -> offer.agent() == agent);
        roster.tell(agent.id, new AgentMessage.Drain(config.build()));
        check(agent.id);
        return new Reply.Done();
    }

    /** Whether an agent that was to be emptied is; told whenever one of its tasks may have ended. */
    void check(AgentID id) {
        Agent agent = roster.agents.get(id);
        Registry.Drain drain = roster.registry.drain(id);
        if (agent == null || drain == null || drain.isDone() || hasTasks(id)) {
            return;
        }
        roster.write(new RegistryEntry.AgentDrained(id));
        if (drain.config().getMarkGone()) {
            agents.giveUp(agent);
        }
    }

    private boolean hasTasks(AgentID id) {
        return roster.frameworks.values().stream()
                .flatMap(each -> each.tasks.values().stream())
                .anyMatch(task -> task.agent().equals(id) && !task.isOver());
    }

    Reply deactivate(AgentID id) {
        Agent agent = roster.agents.get(id);
        if (agent == null) {
            return unknown();
        }
        roster.write(new RegistryEntry.AgentDeactivated(id));
        offers.rescind(offer -> offer.agent() == agent);
        return new Reply.Done();
    }

    Reply reactivate(AgentID id) {
        Registry.@Nullable Drain drain = roster.registry.drain(id);
        if (!roster.agents.containsKey(id)) {
            return unknown();
        }
        if (drain != null && !drain.isDone()) {
            return new Reply.Refused(400, "Agent is still in the process of draining");
        }
        roster.write(new RegistryEntry.AgentReactivated(id));
        return new Reply.Done();
    }

    Reply markGone(AgentID id) {
        Agent agent = roster.agents.get(id);
        if (agent == null) {
            if (roster.registry.unreachableSince(id) == null && !roster.registry.awaits(id)) {
                return roster.registry.isGone(id) ? new Reply.Done() : unknown();
            }
            roster.registry.noLongerAwaited(id);
            roster.write(new RegistryEntry.AgentGone(id));
        } else {
            agents.giveUp(agent);
        }
        return new Reply.Done();
    }

    private static Reply unknown() {
        return new Reply.Refused(404, "Agent not found");
    }
}
