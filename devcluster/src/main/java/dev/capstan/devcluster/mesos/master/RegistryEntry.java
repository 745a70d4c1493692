package dev.capstan.devcluster.mesos.master;

import dev.capstan.kernel.actor.Entry;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.TimeInfo;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** What masters remember, one after the other: which agents there are, and what roles may have. */
public sealed interface RegistryEntry extends Entry {
    /** An agent has come, or come back. */
    record AgentAdmitted(AgentInfo info) implements RegistryEntry {}

    /** An agent does not answer any more. */
    record AgentUnreachable(AgentID agent, TimeInfo since) implements RegistryEntry {}

    /** An agent has left on its own. */
    record AgentRemoved(AgentID agent) implements RegistryEntry {}

    /** An operator says that an agent will never come back. */
    record AgentGone(AgentID agent) implements RegistryEntry {}

    /**
     * A role may have no more than this.
     *
     * @param limits by name of the resource, in thousandths; a resource that is not named has none
     */
    record QuotaSet(String role, SequencedMap<String, Long> limits) implements RegistryEntry {
        public QuotaSet {
            limits = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(limits));
        }
    }

    /** A role counts so much. */
    record WeightSet(String role, double weight) implements RegistryEntry {}
}
