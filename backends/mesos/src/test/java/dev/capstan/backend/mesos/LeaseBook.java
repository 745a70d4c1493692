package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.BackendEvent;
import dev.capstan.driver.backend.Lease;
import dev.capstan.driver.backend.WhyNot;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.testing.Simulation;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/** Stands for the driver's task scheduler: keeps the leases, and holds the backend to what it owes. */
final class LeaseBook implements Actor<BackendEvent> {
    private final Simulation simulation;
    private final int most;
    private final SequencedMap<LeaseId, Boolean> leases = new LinkedHashMap<>();
    private final Set<LeaseId> ended = new HashSet<>(); // membership only
    private @Nullable String dead;
    private @Nullable WhyNot whyNot;

    LeaseBook(Simulation simulation, int most) {
        this.simulation = simulation;
        this.most = most;
    }

    @Override
    public List<Effect> on(BackendEvent event, long nowNanos) {
        switch (event) {
            case BackendEvent.Granted(var lease) -> onGranted(lease);
            case BackendEvent.Ended(var id, _, _) -> {
                if (!ended.add(id)) {
                    throw simulation.failure(id + " ends twice");
                }
                if (leases.remove(id) == null) {
                    throw simulation.failure(id + " ends and was never granted");
                }
            }
            case BackendEvent.Dead(_, var reason) -> dead = reason;
            case BackendEvent.Explained(var why) -> whyNot = why;
            case BackendEvent.Connected _,
                    BackendEvent.Disconnected _,
                    BackendEvent.Changed _,
                    BackendEvent.Ending _ -> {
                // nothing to keep
            }
        }
        return List.of();
    }

    private void onGranted(Lease lease) {
        if (ended.contains(lease.id()) || leases.putIfAbsent(lease.id(), false) != null) {
            throw simulation.failure(lease.id() + " is granted a second time");
        }
        if (leases.size() > most) {
            throw simulation.failure(leases.size() + " leases are held, and " + most + " are the most");
        }
    }

    /**
     * @return whether the executor is one of ours
     */
    boolean register(LeaseId id) {
        return leases.replace(id, true) != null;
    }

    boolean holdsUnregistered(LeaseId id) {
        return Boolean.FALSE.equals(leases.get(id));
    }

    List<LeaseId> held() {
        return List.copyOf(leases.keySet());
    }

    boolean allWork() {
        return !leases.containsValue(false);
    }

    @Nullable String dead() {
        return dead;
    }

    @Nullable WhyNot whyNot() {
        return whyNot;
    }
}
