package dev.capstan.mesos.scheduler;

import dev.capstan.mesos.constraint.AgentFacts;
import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;

/**
 * An offer that has not been answered.
 *
 * @param id of the offer
 * @param agent that makes it
 * @param role to which it is allocated
 * @param resources that it holds
 * @param downFromNanos wall-clock time from which the agent may go down; {@link Long#MAX_VALUE} when none is planned
 * @param sinceNanos monotonic time at which it came
 */
record HeldOffer(
        OfferID id, AgentFacts agent, String role, ResourceBag resources, long downFromNanos, long sinceNanos) {
    static HeldOffer of(Offer offer, long nowNanos) {
        if (!offer.isInitialized()) {
            throw new IllegalArgumentException("it lacks " + String.join(", ", offer.findInitializationErrors()));
        }
        return new HeldOffer(
                offer.getId(),
                AgentFacts.of(offer),
                offer.getAllocationInfo().getRole(),
                ResourceBag.of(offer.getResourcesList()),
                offer.hasUnavailability() ? offer.getUnavailability().getStart().getNanoseconds() : Long.MAX_VALUE,
                nowNanos);
    }
}
