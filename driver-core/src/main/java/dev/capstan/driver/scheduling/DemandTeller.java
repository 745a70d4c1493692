package dev.capstan.driver.scheduling;

import dev.capstan.driver.backend.BackendCommand;
import dev.capstan.driver.backend.Demand;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * The part of the scheduler that tells the backend what is wanted: at once when tasks begin to want more than the
 * leases hold, otherwise now and then, so that a stream of small jobs is not a stream of demands.
 */
final class DemandTeller {
    private static final String TIMER = "tell-demand";

    private final SchedulingConfig config;
    private final ExecutorTable executors;
    private final TaskSets sets;
    private final Outbox outbox;
    private boolean armed;

    DemandTeller(SchedulingConfig config, ExecutorTable executors, TaskSets sets, Outbox outbox) {
        this.config = config;
        this.executors = executors;
        this.sets = sets;
        this.outbox = outbox;
    }

    void endOfTurn() {
        boolean changed = false;
        boolean urgent = false;
        for (SlotIndex slots : executors.sharedSlots()) {
            Need need = slots.need;
            long wanted = need.waiting + need.placed;
            changed |= wanted != need.told;
            urgent |= wanted > slots.allSlots() && wanted > need.told && need.told <= slots.allSlots();
        }
        if (urgent) {
            tell();
        } else if (changed && !armed) {
            armed = true;
            outbox.arm(TIMER, config.demandInterval(), new SchedulerTimer.TellDemand());
        }
    }

    /** The timer has fired. */
    void onTimer() {
        armed = false;
        for (SlotIndex slots : executors.sharedSlots()) {
            if (slots.need.waiting + slots.need.placed != slots.need.told) {
                tell();
                return;
            }
        }
    }

    private void tell() {
        Collection<SlotIndex> all = executors.sharedSlots();
        SequencedMap<Need, TreeMap<String, Integer>> hosts = new LinkedHashMap<>();
        for (ActiveSet set : sets.open()) {
            if (set.pending.count() > 0 && set.pending.hasPlaces()) {
                Nearness.hosts(set, executors, hosts.computeIfAbsent(set.need, _ -> new TreeMap<>()));
            }
        }
        var wanted = new ArrayList<Demand.Wanted>();
        for (SlotIndex slots : all) {
            Need need = slots.need;
            need.told = need.waiting + need.placed;
            if (need.told > 0) {
                wanted.add(new Demand.Wanted(need.perTask, need.told, hosts.getOrDefault(need, new TreeMap<>())));
            }
        }
        outbox.tellBackend(new BackendCommand.Desire(new Demand(wanted)));
    }
}
