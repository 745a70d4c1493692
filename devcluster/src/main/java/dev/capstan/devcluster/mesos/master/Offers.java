package dev.capstan.devcluster.mesos.master;

import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.Address;
import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.Resource.AllocationInfo;
import org.apache.mesos.v1.Protos.URL;
import org.apache.mesos.v1.Protos.Unavailability;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The offers that frameworks hold. It alone knows them; what is in an offer counts as allocated at its agent. */
final class Offers {
    /** An offer that a framework holds. */
    record Held(Offer offer, Framework framework, Agent agent, String role, ResourceBag resources) {}

    private static final String TIMER = "offer ";

    private final Map<OfferID, Held> held = new LinkedHashMap<>();
    private final Roster roster;
    private long count;

    Offers(Roster roster) {
        this.roster = roster;
    }

    /** Inverse offers are numbered among the others. */
    OfferID nextId() {
        return OfferID.newBuilder().setValue(roster.master.getId() + "-O" + count++).build();
    }

    /** Tells each framework all that it was granted in one event. */
    void make(List<Allocation.Grant> grants) {
        Map<Framework, Event.Offers.Builder> events = new LinkedHashMap<>();
        for (Allocation.Grant grant : grants) {
            Offer offer = offer(grant);
            held.put(offer.getId(), new Held(offer, grant.framework(), grant.agent(), grant.role(), grant.resources()));
            events.computeIfAbsent(grant.framework(), _ -> Event.Offers.newBuilder()).addOffers(offer);
            if (roster.config.offerTimeout() != null) {
                roster.out.arm(
                        TIMER + offer.getId().getValue(),
                        roster.config.offerTimeout(),
                        new MasterMessage.OfferExpired(offer.getId()));
            }
        }
        events.forEach((framework, offers) ->
                roster.tell(framework, Event.newBuilder().setType(Event.Type.OFFERS).setOffers(offers).build()));
    }

    private Offer offer(Allocation.Grant grant) {
        Framework framework = grant.framework();
        Agent agent = grant.agent();
        Offer.Builder offer =
                Offer.newBuilder()
                        .setId(nextId())
                        .setFrameworkId(framework.id)
                        .setAgentId(agent.id)
                        .setHostname(agent.info.getHostname())
                        .setUrl(url(agent))
                        .addAllResources(ResourceForm.shownTo(framework.info, grant.resources().toProtos()))
                        .addAllAttributes(agent.info.getAttributesList());
        agent.executors(framework.id).forEach(each -> offer.addExecutorIds(each.getExecutorId()));
        if (agent.info.hasDomain()) {
            offer.setDomain(agent.info.getDomain());
        }
        Unavailability unavailability = roster.registry.unavailability(roster.machine(agent));
        if (unavailability != null) {
            offer.setUnavailability(unavailability);
        }
        if (Capabilities.isMultiRole(framework.info)) {
            offer.setAllocationInfo(AllocationInfo.newBuilder().setRole(grant.role()));
        }
        return offer.build();
    }

    /** Where an agent is reached. */
    URL url(Agent agent) {
        return URL.newBuilder()
                .setScheme("http")
                .setAddress(
                        Address.newBuilder()
                                .setHostname(agent.info.getHostname())
                                .setIp(roster.config.ip())
                                .setPort(agent.info.getPort()))
                .setPath("/slave(1)")
                .build();
    }

    /** The offer, if this framework holds it. */
    @Nullable Held heldBy(Framework framework, OfferID id) {
        Held offer = held.get(id);
        return offer != null && offer.framework == framework ? offer : null;
    }

    Collection<Held> all() {
        return List.copyOf(held.values());
    }

    /** Forgets an offer; its resources stay allocated to the framework. */
    void use(Held offer) {
        held.remove(offer.offer.getId());
        roster.out.disarm(TIMER + offer.offer.getId().getValue());
    }

    /** Forgets an offer, and its resources are free. */
    void giveBack(Held offer) {
        use(offer);
        offer.agent.recover(offer.framework.id, offer.resources);
    }

    /** Takes offers back and tells who holds them. */
    void rescind(Predicate<Held> which) {
        for (Held each : all()) {
            if (which.test(each)) {
                giveBack(each);
                roster.tell(
                        each.framework,
                        Event.newBuilder()
                                .setType(Event.Type.RESCIND)
                                .setRescind(Event.Rescind.newBuilder().setOfferId(each.offer.getId()))
                                .build());
            }
        }
    }

    /** Takes offers back without a word, from a framework that is not there to hear it. */
    void dropAll(Framework framework) {
        all().stream().filter(each -> each.framework == framework).forEach(this::giveBack);
    }

    void rescind(OfferID id) {
        rescind(each -> each.offer.getId().equals(id));
    }

    List<Offer> of(Framework framework) {
        List<Offer> offers = new ArrayList<>();
        held.values().stream().filter(each -> each.framework == framework).forEach(each -> offers.add(each.offer));
        return offers;
    }

    List<Held> on(AgentID agent) {
        return held.values().stream().filter(each -> each.agent.id.equals(agent)).toList();
    }
}
