package dev.capstan.mesos.scheduler;

import dev.capstan.mesos.constraint.AgentFacts;
import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.resource.Needs;
import dev.capstan.mesos.resource.Pick;
import dev.capstan.mesos.resource.Picking;
import dev.capstan.mesos.resource.ResourceBag;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Puts tasks that wait on agents that offer what they need: a function of values. Tasks are taken in their order; each
 * goes to the agent that misses the fewest of its wishes, and among equals to the one next to where the last task went,
 * so that tasks are spread. All that one agent offers one role counts together.
 */
final class Matching {
    /** The agents of a pass, and where the next search begins. */
    private final List<Seat> seats;

    private final Map<String, List<AgentFacts>> placed;
    private final long nowNanos;
    private final long maintenanceFromNanos;
    private final List<Match> matches = new ArrayList<>();
    private final Map<String, Long> refusals = new LinkedHashMap<>();
    private final Set<Shape> hopeless = new HashSet<>();
    private int next;

    /** A task with its place. */
    record Match(TaskRequest request, Seat seat, Pick.Taken taken) {}

    /**
     * What came of it.
     *
     * @param refusals why agents were not taken, counted
     */
    record Outcome(List<Match> matches, Map<String, Long> refusals) {}

    /** What one agent offers one role. */
    static final class Seat {
        private final List<HeldOffer> offers = new ArrayList<>();
        private ResourceBag free = ResourceBag.EMPTY;

        AgentFacts agent() {
            return offers.getFirst().agent();
        }

        String role() {
            return offers.getFirst().role();
        }

        List<HeldOffer> offers() {
            return offers;
        }

        private void add(HeldOffer offer) {
            offers.add(offer);
            free = free.plus(offer.resources());
        }
    }

    /** Requests that differ in nothing that decides about their place. */
    private record Shape(
            String role, Needs needs, Constraints constraints, String group, SortedMap<String, Long> avoid) {
        static Shape of(TaskRequest request) {
            return new Shape(request.role(), request.needs(), request.constraints(), request.group(), request.avoid());
        }
    }

    private record Candidate(int index, int misses, Pick.Taken taken) {}

    private Matching(
            Collection<HeldOffer> offers,
            Map<String, List<AgentFacts>> placed,
            long nowNanos,
            long maintenanceFromNanos) {
        this.seats = seats(offers);
        this.placed = new LinkedHashMap<>();
        placed.forEach((group, agents) -> this.placed.put(group, new ArrayList<>(agents)));
        this.nowNanos = nowNanos;
        this.maintenanceFromNanos = maintenanceFromNanos;
    }

    /**
     * @param waiting in the order in which they are to be placed
     * @param placed agents on which tasks run already, by group, an agent once for each task
     * @param nowNanos monotonic time, by which agents are avoided
     * @param maintenanceFromNanos wall-clock time; agents that go down before are not taken
     */
    static Outcome match(
            Collection<TaskRequest> waiting,
            Collection<HeldOffer> offers,
            Map<String, List<AgentFacts>> placed,
            long nowNanos,
            long maintenanceFromNanos) {
        var matching = new Matching(offers, placed, nowNanos, maintenanceFromNanos);
        for (TaskRequest request : waiting) {
            matching.place(request);
        }
        return new Outcome(List.copyOf(matching.matches), matching.refusals);
    }

    private static List<Seat> seats(Collection<HeldOffer> offers) {
        record Key(String agent, String role) {}
        Map<Key, Seat> seats = new LinkedHashMap<>();
        for (HeldOffer offer : offers) {
            seats.computeIfAbsent(new Key(offer.agent().agentId(), offer.role()), _ -> new Seat()).add(offer);
        }
        return List.copyOf(seats.values());
    }

    private void place(TaskRequest request) {
        if (hopeless.contains(Shape.of(request))) {
            return;
        }
        Candidate best = best(request);
        if (best == null) {
            hopeless.add(Shape.of(request));
            return;
        }
        Seat seat = seats.get(best.index());
        seat.free = seat.free.minus(best.taken().resources());
        placed.computeIfAbsent(request.group(), _ -> new ArrayList<>()).add(seat.agent());
        hopeless.clear(); // who is to run beside, or away from, this one may have a place now
        matches.add(new Match(request, seat, best.taken()));
        next = best.index() + 1;
    }

    private @Nullable Candidate best(TaskRequest request) {
        Candidate best = null;
        for (int step = 0; step < seats.size(); step++) {
            int index = (next + step) % seats.size();
            Candidate candidate = candidate(request, index);
            if (candidate != null && candidate.misses() == 0) {
                return candidate;
            }
            if (candidate != null && (best == null || candidate.misses() < best.misses())) {
                best = candidate;
            }
        }
        return best;
    }

    private @Nullable Candidate candidate(TaskRequest request, int index) {
        Seat seat = seats.get(index);
        List<AgentFacts> others = placed.getOrDefault(request.group(), List.of());
        List<String> reasons = refusals(request, seat, others);
        if (reasons.isEmpty()) {
            switch (Picking.pick(seat.free, request.needs())) {
                case Pick.Taken taken -> {
                    return new Candidate(index, request.constraints().softMisses(seat.agent(), others), taken);
                }
                case Pick.Short(var missing) -> reasons = missing;
            }
        }
        reasons.forEach(reason -> refusals.merge(reason, 1L, Long::sum));
        return null;
    }

    private List<String> refusals(TaskRequest request, Seat seat, List<AgentFacts> others) {
        if (!seat.role().equals(request.role())) {
            return List.of("it was offered to another role than " + request.role());
        }
        Long avoidedUntil = request.avoid().get(seat.agent().agentId());
        if (avoidedUntil != null && avoidedUntil - nowNanos > 0) {
            return List.of("the agent is avoided after failures");
        }
        if (seat.offers().getFirst().downFromNanos() <= maintenanceFromNanos) {
            return List.of("the agent goes down for maintenance");
        }
        return request.constraints().refusals(seat.agent(), others);
    }
}
