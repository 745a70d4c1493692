package dev.capstan.devcluster.mesos.master;

import dev.capstan.devcluster.mesos.message.Reply;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.MachineID;
import org.apache.mesos.v1.maintenance.Protos.ClusterStatus;
import org.apache.mesos.v1.maintenance.Protos.Schedule;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** When machines are to go down, and which of them are. */
final class Maintenance {
    private final Roster roster;
    private final Offers offers;
    private final InverseOffers inverseOffers;
    private final Allocator allocator;
    private final Agents agents;

    Maintenance(Roster roster, Offers offers, InverseOffers inverseOffers, Allocator allocator, Agents agents) {
        this.roster = roster;
        this.offers = offers;
        this.inverseOffers = inverseOffers;
        this.allocator = allocator;
        this.agents = agents;
    }

    /** Offers of agents that are concerned now, or were, are made anew, agent by agent. */
    Reply schedule(Schedule schedule) {
        for (MachineID down : roster.registry.downMachines()) {
            if (!machines(schedule).contains(down)) {
                return new Reply.Refused(
                        400,
                        "Failed to validate maintenance schedule: Machine '"
                                + text(down)
                                + "' is deactivated and cannot be removed from the schedule");
            }
        }
        Set<MachineID> concerned = new LinkedHashSet<>(machines(roster.registry.schedule()));
        concerned.addAll(machines(schedule));
        roster.write(new RegistryEntry.MaintenanceScheduled(schedule));
        List<Agent> onThem =
                roster.agents.values().stream().filter(agent -> concerned.contains(roster.machine(agent))).toList();
        onThem.forEach(agent -> {
            offers.rescind(offer -> offer.agent() == agent);
            inverseOffers.rescind(each -> each == agent);
        });
        onThem.forEach(agent -> allocator.allocate(List.of(agent)));
        return new Reply.Done();
    }

    private static Set<MachineID> machines(Schedule schedule) {
        Set<MachineID> machines = new LinkedHashSet<>();
        schedule.getWindowsList().forEach(window -> machines.addAll(window.getMachineIdsList()));
        return machines;
    }

    /** Machines that were scheduled go down, and their agents with all tasks. */
    Reply start(List<MachineID> machines) {
        for (MachineID each : machines) {
            if (!machines(roster.registry.schedule()).contains(each) || roster.registry.isDown(each)) {
                return refused(each, "DRAINING", "brought down");
            }
        }
        for (MachineID machine : machines) {
            roster.write(new RegistryEntry.MachineDown(machine));
            for (Agent agent : List.copyOf(roster.agents.values())) {
                if (roster.machine(agent).equals(machine)) {
                    agents.shutDown(agent, "Operator initiated 'Machine DOWN'");
                }
            }
        }
        return new Reply.Done();
    }

    /** Machines are up again, and no longer scheduled. */
    Reply stop(List<MachineID> machines) {
        for (MachineID each : machines) {
            if (!roster.registry.isDown(each)) {
                return refused(each, "DOWN", "brought up");
            }
        }
        machines.forEach(each -> roster.write(new RegistryEntry.MachineUp(each)));
        return new Reply.Done();
    }

    private static Reply refused(MachineID machine, String mode, String what) {
        return new Reply.Refused(
                400, "Machine '" + text(machine) + "' is not in " + mode + " mode and cannot be " + what);
    }

    private static String text(MachineID machine) {
        return "{\"hostname\":\"" + machine.getHostname() + "\",\"ip\":\"" + machine.getIp() + "\"}";
    }

    ClusterStatus status() {
        ClusterStatus.Builder status = ClusterStatus.newBuilder();
        for (MachineID machine : machines(roster.registry.schedule())) {
            if (!roster.registry.isDown(machine)) {
                status.addDrainingMachinesBuilder()
                        .setId(machine)
                        .addAllStatuses(inverseOffers.answers(agent -> isOn(agent, machine)));
            }
        }
        return status.addAllDownMachines(roster.registry.downMachines()).build();
    }

    private boolean isOn(AgentID id, MachineID machine) {
        Agent agent = roster.agents.get(id);
        return agent != null && roster.machine(agent).equals(machine);
    }
}
