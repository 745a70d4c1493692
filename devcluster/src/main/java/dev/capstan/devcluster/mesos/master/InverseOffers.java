package dev.capstan.devcluster.mesos.master;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.Filters;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.InverseOffer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.TimeInfo;
import org.apache.mesos.v1.Protos.Unavailability;
import org.apache.mesos.v1.allocator.Protos.InverseOfferStatus;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What frameworks are asked to give back, because its machine is to go down. It alone knows what they have answered.
 */
final class InverseOffers {
    /** A request that a framework has not answered. */
    record Held(InverseOffer offer, Framework framework, Agent agent) {}

    /** Who is asked for what. */
    private record Pair(FrameworkID framework, AgentID agent) {}

    private final Roster roster;
    private final Offers offers;
    private final Map<OfferID, Held> held = new LinkedHashMap<>();
    private final Map<Pair, Long> refusedUntil = new LinkedHashMap<>();
    private final Map<Pair, InverseOfferStatus> answers = new LinkedHashMap<>();

    InverseOffers(Roster roster, Offers offers) {
        this.roster = roster;
        this.offers = offers;
    }

    /** Asks those who have or are offered something of agents that are to go down; each framework in one event. */
    void make(Collection<Agent> agents) {
        Map<Framework, Event.InverseOffers.Builder> events = new LinkedHashMap<>();
        for (Agent agent : agents) {
            Unavailability when = roster.registry.unavailability(roster.machine(agent));
            if (when == null || !roster.isUsable(agent)) {
                continue;
            }
            for (FrameworkID id : agent.allocated().keySet()) {
                Framework framework = roster.frameworks.get(id);
                if (framework != null && framework.isConnected() && isToBeAsked(framework, agent)) {
                    InverseOffer offer = inverseOffer(framework, agent, when);
                    held.put(offer.getId(), new Held(offer, framework, agent));
                    events.computeIfAbsent(framework, _ -> Event.InverseOffers.newBuilder()).addInverseOffers(offer);
                }
            }
        }
        events.forEach((framework, made) ->
                roster.tell(
                        framework,
                        Event.newBuilder().setType(Event.Type.INVERSE_OFFERS).setInverseOffers(made).build()));
    }

    private boolean isToBeAsked(Framework framework, Agent agent) {
        Long until = refusedUntil.get(new Pair(framework.id, agent.id));
        boolean isAsked = held.values().stream().anyMatch(each -> each.framework == framework && each.agent == agent);
        return !isAsked && (until == null || until - roster.now() <= 0);
    }

    private InverseOffer inverseOffer(Framework framework, Agent agent, Unavailability when) {
        return InverseOffer.newBuilder()
                .setId(offers.nextId())
                .setUrl(offers.url(agent))
                .setFrameworkId(framework.id)
                .setAgentId(agent.id)
                .setUnavailability(when)
                .build();
    }

    /** A framework says whether it will give back; what it does not hold any more is passed over. */
    void answer(Framework framework, List<OfferID> ids, InverseOfferStatus.Status status, Filters filters) {
        for (OfferID id : ids) {
            Held offer = held.get(id);
            if (offer == null || offer.framework != framework) {
                continue;
            }
            held.remove(id);
            var pair = new Pair(framework.id, offer.agent.id);
            answers.put(
                    pair,
                    InverseOfferStatus.newBuilder()
                            .setStatus(status)
                            .setFrameworkId(framework.id)
                            .setTimestamp(TimeInfo.newBuilder().setNanoseconds(roster.wall()))
                            .build());
            long nanos = Acceptance.refusalNanos(filters);
            if (nanos > 0) {
                refusedUntil.put(pair, roster.now() + nanos);
            }
        }
    }

    /** What frameworks have answered about agents that fit. */
    List<InverseOfferStatus> answers(Predicate<AgentID> which) {
        return answers.entrySet().stream()
                .filter(each -> which.test(each.getKey().agent))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Takes requests back, tells who holds them, and forgets what was answered about such agents. */
    void rescind(Predicate<Agent> which) {
        for (Held each : List.copyOf(held.values())) {
            if (which.test(each.agent)) {
                held.remove(each.offer.getId());
                roster.tell(
                        each.framework,
                        Event.newBuilder()
                                .setType(Event.Type.RESCIND_INVERSE_OFFER)
                                .setRescindInverseOffer(
                                        Event.RescindInverseOffer.newBuilder().setInverseOfferId(each.offer.getId()))
                                .build());
            }
        }
        answers.keySet().removeIf(pair -> isOf(pair, which));
        refusedUntil.keySet().removeIf(pair -> isOf(pair, which));
    }

    private boolean isOf(Pair pair, Predicate<Agent> which) {
        Agent agent = roster.agents.get(pair.agent);
        return agent == null || which.test(agent);
    }

    /** Takes requests back without a word, from a framework that is not there to hear it. */
    void dropAll(Framework framework) {
        held.values().removeIf(each -> each.framework == framework);
    }

    /** A framework wants to hear of everything again. */
    void forgetFilters(Framework framework) {
        refusedUntil.keySet().removeIf(pair -> pair.framework.equals(framework.id));
    }
}
