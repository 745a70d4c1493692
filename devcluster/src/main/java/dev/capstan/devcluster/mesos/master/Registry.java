package dev.capstan.devcluster.mesos.master;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.DrainConfig;
import org.apache.mesos.v1.Protos.MachineID;
import org.apache.mesos.v1.Protos.TimeInfo;
import org.apache.mesos.v1.Protos.Unavailability;
import org.apache.mesos.v1.maintenance.Protos.Schedule;
import org.apache.mesos.v1.maintenance.Protos.Window;
import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * What masters remember: agents, machines that go down, and what roles may have. Hard state: it changes by entries
 * only, which the next master applies again. Beside it stands which of them this master still waits for.
 */
final class Registry {
    /**
     * An agent that is to be emptied.
     *
     * @param wallNanos since when
     * @param isDone whether it is empty
     */
    record Drain(DrainConfig config, long wallNanos, boolean isDone) {}

    private final SequencedMap<AgentID, AgentInfo> admitted = new LinkedHashMap<>();
    private final Map<AgentID, TimeInfo> unreachable = new LinkedHashMap<>();
    private final Set<AgentID> gone = new LinkedHashSet<>();

    private final Map<AgentID, Drain> drains = new LinkedHashMap<>();
    private final Set<AgentID> deactivated = new LinkedHashSet<>();
    private final Set<MachineID> down = new LinkedHashSet<>();
    private Schedule schedule = Schedule.getDefaultInstance();
    private final SequencedMap<String, SequencedMap<String, Long>> quotas;
    private final SequencedMap<String, Double> weights;

    /** Those of masters before that have not come to this one yet. */
    private final SequencedMap<AgentID, AgentInfo> awaited;

    /**
     * @param config with the quotas and weights to begin with
     * @param written by the masters before
     */
    Registry(MasterConfig config, List<RegistryEntry> written) {
        quotas = new LinkedHashMap<>(config.quotas());
        weights = new LinkedHashMap<>(config.weights());
        written.forEach(this::apply);
        awaited = new LinkedHashMap<>(admitted);
    }

    void apply(RegistryEntry entry) {
        switch (entry) {
            case RegistryEntry.AgentAdmitted(var info) -> {
                admitted.put(info.getId(), info);
                unreachable.remove(info.getId());
            }
            case RegistryEntry.AgentUnreachable(var agent, var since) -> {
                admitted.remove(agent);
                unreachable.put(agent, since);
            }
            case RegistryEntry.AgentRemoved(var agent) -> forget(agent);
            case RegistryEntry.AgentGone(var agent) -> {
                forget(agent);
                unreachable.remove(agent);
                gone.add(agent);
            }
            case RegistryEntry.AgentDrains(var agent, var config, var since) ->
                    drains.put(agent, new Drain(config, since, false));
            case RegistryEntry.AgentDrained(var agent) ->
                    drains.computeIfPresent(agent, (_, drain) -> new Drain(drain.config, drain.wallNanos, true));
            case RegistryEntry.AgentDeactivated(var agent) -> deactivated.add(agent);
            case RegistryEntry.AgentReactivated(var agent) -> {
                drains.remove(agent);
                deactivated.remove(agent);
            }
            case RegistryEntry.MaintenanceScheduled(var next) -> schedule = next;
            case RegistryEntry.MachineDown(var machine) -> down.add(machine);
            case RegistryEntry.MachineUp(var machine) -> {
                down.remove(machine);
                schedule = without(machine);
            }
            case RegistryEntry.QuotaSet(var role, var limits) -> {
                if (limits.isEmpty()) {
                    quotas.remove(role);
                } else {
                    quotas.put(role, limits);
                }
            }
            case RegistryEntry.WeightSet(var role, var weight) -> weights.put(role, weight);
        }
    }

    private void forget(AgentID agent) {
        admitted.remove(agent);
        drains.remove(agent);
        deactivated.remove(agent);
    }

    private Schedule without(MachineID machine) {
        Schedule.Builder rest = Schedule.newBuilder();
        for (Window window : schedule.getWindowsList()) {
            var machines = window.getMachineIdsList().stream().filter(each -> !each.equals(machine)).toList();
            if (!machines.isEmpty()) {
                rest.addWindows(window.toBuilder().clearMachineIds().addAllMachineIds(machines));
            }
        }
        return rest.build();
    }

    Schedule schedule() {
        return schedule;
    }

    /** When a machine is to go down; null if it is not. */
    @Nullable Unavailability unavailability(MachineID machine) {
        return schedule.getWindowsList().stream()
                .filter(window -> window.getMachineIdsList().contains(machine))
                .findFirst()
                .map(Window::getUnavailability)
                .orElse(null);
    }

    boolean isDown(MachineID machine) {
        return down.contains(machine);
    }

    List<MachineID> downMachines() {
        return List.copyOf(down);
    }

    /** Whether nothing of an agent is to be offered. */
    boolean isDeactivated(AgentID agent) {
        return deactivated.contains(agent) || drains.containsKey(agent);
    }

    @Nullable Drain drain(AgentID agent) {
        return drains.get(agent);
    }

    boolean isAdmitted(AgentInfo info) {
        return info.equals(admitted.get(info.getId()));
    }

    /** Limits of roles, by name of the resource, in thousandths. */
    SequencedMap<String, SequencedMap<String, Long>> quotas() {
        return Collections.unmodifiableSequencedMap(quotas);
    }

    SequencedMap<String, Double> weights() {
        return Collections.unmodifiableSequencedMap(weights);
    }

    boolean isGone(AgentID agent) {
        return gone.contains(agent);
    }

    /** Since when an agent does not answer; null if it does, or is unknown. */
    @Nullable TimeInfo unreachableSince(AgentID agent) {
        return unreachable.get(agent);
    }

    /** How many agents do not answer. */
    int unreachable() {
        return unreachable.size();
    }

    /** The agent has come, or there is no more use in waiting for it. */
    void noLongerAwaited(AgentID agent) {
        awaited.remove(agent);
    }

    boolean awaits(AgentID agent) {
        return awaited.containsKey(agent);
    }

    boolean awaitsAny() {
        return !awaited.isEmpty();
    }

    Collection<AgentInfo> awaited() {
        return List.copyOf(awaited.values());
    }
}
