package dev.capstan.devcluster.mesos.master;

import dev.capstan.kernel.actor.Entry;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.TimeInfo;

/** What masters remember, one after the other: which agents there are. */
public sealed interface RegistryEntry extends Entry {
    /** An agent has come, or come back. */
    record AgentAdmitted(AgentInfo info) implements RegistryEntry {}

    /** An agent does not answer any more. */
    record AgentUnreachable(AgentID agent, TimeInfo since) implements RegistryEntry {}

    /** An agent has left on its own. */
    record AgentRemoved(AgentID agent) implements RegistryEntry {}

    /** An operator says that an agent will never come back. */
    record AgentGone(AgentID agent) implements RegistryEntry {}
}
