package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.BackendCommand;
import dev.capstan.driver.backend.BackendEvent;
import dev.capstan.driver.backend.BackendMessage;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.mesos.scheduler.FrameworkEvent;
import dev.capstan.testing.Simulation;

import org.apache.mesos.v1.Protos.TaskState;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The real logic of executors, and what passes it by held to the rules between it and the framework. */
final class ObservedExecutors implements Actor<BackendMessage> {
    private final CoarseExecutors real;
    private final Simulation simulation;
    private final MesosMutant mutant;
    private final Map<String, String> agents = new LinkedHashMap<>();
    private final Set<String> placed = new HashSet<>(); // membership only
    private final Set<String> over = new HashSet<>(); // membership only
    private final Map<String, TaskState> states = new HashMap<>(); // looked up, never iterated
    private boolean anythingWanted;

    ObservedExecutors(CoarseExecutors real, Simulation simulation, MesosMutant mutant) {
        this.real = real;
        this.simulation = simulation;
        this.mutant = mutant;
    }

    @Override
    public List<Effect> on(BackendMessage message, long nowNanos) {
        if (message instanceof BackendCommand.Desire(var demand)) {
            anythingWanted = demand.wanted().stream().anyMatch(each -> each.tasks() > 0);
        }
        if (message instanceof CoarseMessage.Said(var event)) {
            note(event);
        }
        List<Effect> effects = new ArrayList<>(real.on(message, nowNanos));
        if (mutant == MesosMutant.TELLS_NOBODY_OF_MAINTENANCE) {
            effects.removeIf(effect -> effect instanceof Effect.Send(_, BackendEvent.Ending _));
        }
        if (message instanceof CoarseMessage.Said(FrameworkEvent.AgentLeaving(var agent, _))) {
            requireWarning(agent, effects);
        }
        effects.forEach(this::look);
        if (mutant == MesosMutant.NEVER_DISARMS) {
            effects.removeIf(effect -> effect instanceof Effect.Disarm);
        }
        return effects;
    }

    @Override
    public List<Effect> endOfTurn(long nowNanos) {
        return real.endOfTurn(nowNanos);
    }

    private void note(FrameworkEvent event) {
        switch (event) {
            case FrameworkEvent.TaskPlaced(var id, var placement) -> {
                require(placed.add(id), id + " is placed twice");
                agents.put(id, placement.agentId());
            }
            case FrameworkEvent.TaskChanged(var id, var status) -> states.put(id, status.getState());
            case FrameworkEvent.TaskEnded(var id, _) -> {
                require(over.add(id), id + " is over twice");
                agents.remove(id);
            }
            case FrameworkEvent.Registered _,
                    FrameworkEvent.Disconnected _,
                    FrameworkEvent.Failed _,
                    FrameworkEvent.RequestRefused _,
                    FrameworkEvent.ExecutorEnded _,
                    FrameworkEvent.AgentLost _,
                    FrameworkEvent.AgentLeaving _,
                    FrameworkEvent.MessageArrived _,
                    FrameworkEvent.OperationPlaced _,
                    FrameworkEvent.OperationChanged _,
                    FrameworkEvent.OperationEnded _,
                    FrameworkEvent.Described _,
                    FrameworkEvent.DescriptionRefused _,
                    FrameworkEvent.Explained _,
                    FrameworkEvent.Stopped _ -> {
                // nothing to hold it to
            }
        }
    }

    /** Who works on an agent that is to go down is told, for each of its leases there. */
    private void requireWarning(String agent, List<Effect> effects) {
        agents.forEach((task, its) -> {
            boolean isTold =
                    effects.stream()
                            .anyMatch(each ->
                                    each instanceof Effect.Send(_, BackendEvent.Ending(var lease, _, _))
                                            && lease.name().equals(task));
            require(!its.equals(agent) || isTold, task + " is on an agent that goes down, and nobody is told");
        });
    }

    private void look(Effect effect) {
        if (effect instanceof Effect.Send(_, BackendEvent.Ended(var lease, _, var detail))) {
            agents.remove(lease.name());
            TaskState state = states.get(lease.name());
            require(
                    !detail.contains("was not reachable")
                            || state == TaskState.TASK_UNREACHABLE
                            || state == TaskState.TASK_LOST,
                    lease + " is given up as unreachable, and is " + state);
            require(
                    !detail.contains("nothing has run") || !anythingWanted,
                    lease + " is given back as idle, and something is wanted");
        }
    }

    /** Whether the task was placed by this run and has not ended for it. */
    boolean awaitsEnd(String task) {
        return placed.contains(task) && !over.contains(task);
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw simulation.failure(otherwise);
        }
    }
}
