package dev.capstan.mesos.constraint;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.DomainInfo.FaultDomain;
import org.apache.mesos.v1.Protos.Offer;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What constraints can say of an agent.
 *
 * @param agentId of the agent
 * @param hostname that it gives
 * @param region of its fault domain; empty when it has none
 * @param zone of its fault domain; empty when it has none
 * @param attributes by their names
 */
public record AgentFacts(
        String agentId, String hostname, String region, String zone, SortedMap<String, AttributeValue> attributes) {
    /** Checks that the agent has an id. */
    public AgentFacts {
        if (agentId.isEmpty()) {
            throw new IllegalArgumentException("an agent must have an id");
        }
        attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    }

    /**
     * The agent that makes an offer. Of several attributes with one name the first counts, as it does for a master.
     *
     * @throws IllegalArgumentException when an attribute cannot be understood, naming it
     */
    public static AgentFacts of(Offer offer) {
        return of(
                offer.getAgentId(), offer.getHostname(), offer.getDomain().getFaultDomain(), offer.getAttributesList());
    }

    /**
     * An agent as it registered with its master.
     *
     * @throws IllegalArgumentException when an attribute cannot be understood, naming it
     */
    public static AgentFacts of(AgentInfo agent) {
        return of(agent.getId(), agent.getHostname(), agent.getDomain().getFaultDomain(), agent.getAttributesList());
    }

    private static AgentFacts of(AgentID id, String hostname, FaultDomain domain, List<Attribute> list) {
        SortedMap<String, AttributeValue> attributes = new TreeMap<>();
        for (Attribute attribute : list) {
            if (!attributes.containsKey(attribute.getName())) {
                attributes.put(attribute.getName(), AttributeValue.of(attribute));
            }
        }
        return new AgentFacts(
                id.getValue(), hostname, domain.getRegion().getName(), domain.getZone().getName(), attributes);
    }
}
