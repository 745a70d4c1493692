package dev.capstan.devcluster.mesos.master;

import dev.capstan.kernel.actor.Entry;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.DrainConfig;
import org.apache.mesos.v1.Protos.MachineID;
import org.apache.mesos.v1.Protos.TimeInfo;
import org.apache.mesos.v1.maintenance.Protos.Schedule;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * What masters remember, one after the other: which agents there are, which machines go down, and what roles may have.
 */
public sealed interface RegistryEntry extends Entry {
    /** An agent has come, or come back. */
    record AgentAdmitted(AgentInfo info) implements RegistryEntry {}

    /** An agent does not answer any more. */
    record AgentUnreachable(AgentID agent, TimeInfo since) implements RegistryEntry {}

    /** An agent has left on its own. */
    record AgentRemoved(AgentID agent) implements RegistryEntry {}

    /** An operator says that an agent will never come back. */
    record AgentGone(AgentID agent) implements RegistryEntry {}

    /** An agent is to be emptied. */
    record AgentDrains(AgentID agent, DrainConfig config, long wallNanos) implements RegistryEntry {}

    /** An agent that was to be emptied is empty. */
    record AgentDrained(AgentID agent) implements RegistryEntry {}

    /** Nothing of an agent is offered any more. */
    record AgentDeactivated(AgentID agent) implements RegistryEntry {}

    /** An agent is used again. */
    record AgentReactivated(AgentID agent) implements RegistryEntry {}

    /** Machines are to go down, in the place of what was scheduled before. */
    record MaintenanceScheduled(Schedule schedule) implements RegistryEntry {}

    /** A machine goes down. */
    record MachineDown(MachineID machine) implements RegistryEntry {}

    /** A machine is up again, and no longer scheduled. */
    record MachineUp(MachineID machine) implements RegistryEntry {}

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
