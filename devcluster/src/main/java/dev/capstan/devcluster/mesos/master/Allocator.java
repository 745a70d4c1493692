package dev.capstan.devcluster.mesos.master;

import dev.capstan.devcluster.mesos.message.MasterMessage;

import org.apache.mesos.v1.scheduler.Protos.Call;

import java.util.Collection;
import java.util.List;

/** When there is something to offer, and what frameworks say about that. */
final class Allocator {
    private final Roster roster;
    private final Offers offers;
    private final InverseOffers inverseOffers;
    private final Allocation.Served served = new Allocation.Served();

    Allocator(Roster roster, Offers offers, InverseOffers inverseOffers) {
        this.roster = roster;
        this.offers = offers;
        this.inverseOffers = inverseOffers;
    }

    /** Time for a round. */
    void round() {
        allocate();
        roster.out.arm("allocate", roster.config.allocationInterval(), new MasterMessage.Allocate());
    }

    /** Offers what is free. */
    void allocate() {
        allocate(roster.agents.values());
    }

    /** Offers what is free of these agents, and asks for what is to be given back of them. */
    void allocate(Collection<Agent> agents) {
        offers.make(new Allocation(roster, agents, served).run());
        inverseOffers.make(agents);
    }

    /** A framework is gone for good. */
    void forget(Framework gone) {
        served.forget(gone, roster.frameworks.values());
    }

    void decline(Framework framework, Call.Decline decline) {
        for (var id : decline.getOfferIdsList()) {
            Offers.Held offer = offers.heldBy(framework, id);
            if (offer != null) {
                offers.giveBack(offer);
                Acceptance.refuse(
                        framework,
                        offer.role(),
                        offer.agent(),
                        offer.resources(),
                        decline.getFilters(),
                        roster.now(),
                        roster.config);
            }
        }
    }

    void revive(Framework framework, List<String> roles) {
        List<String> meant = roles.isEmpty() ? framework.roles() : roles;
        if (!framework.roles().containsAll(meant)) {
            return; // a role that is not its own: the call is ignored as a whole
        }
        framework.suppressed.removeAll(List.copyOf(meant));
        meant.forEach(framework::forgetFilters);
        inverseOffers.forgetFilters(framework);
        allocate();
    }

    static void suppress(Framework framework, List<String> roles) {
        List<String> meant = roles.isEmpty() ? framework.roles() : roles;
        if (framework.roles().containsAll(meant)) {
            framework.suppressed.addAll(meant);
        }
    }
}
