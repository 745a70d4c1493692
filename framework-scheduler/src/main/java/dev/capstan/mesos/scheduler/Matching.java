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

/**
 * Puts what waits on agents that offer what it needs: a function of values. Requests are taken in their order; each
 * goes to the agent that misses the fewest of its wishes, and among equals to the one next to where the last task went,
 * so that tasks are spread. All that one agent offers one role counts together.
 */
final class Matching {
    private static final Constraints UNBOUND = Constraints.parse("");

    /** The agents of a pass, and where the next search begins. */
    private final List<Seat> seats;

    private final Map<String, List<AgentFacts>> placed;

    /** Those that groups may join, by their ids. */
    private final Map<String, GroupExecutor> executors;

    /** Where those will run that are launched by this pass. */
    private final Map<String, Home> launched = new LinkedHashMap<>();

    private final Map<String, String> avoidedBecause;
    private final long maintenanceFromNanos;
    private final List<Match> matches = new ArrayList<>();
    private final Map<String, Long> refusals = new LinkedHashMap<>();
    private final Set<Shape> hopeless = new HashSet<>();
    private int next;

    /**
     * A request with its place.
     *
     * @param parts what it takes there; of a group first that of its executor, unless it joins one, then that of each
     *     task
     */
    record Match(Request request, Seat seat, List<Pick.Taken> parts) {
        Match {
            parts = List.copyOf(parts);
        }

        boolean joins(GroupRequest group) {
            return parts.size() == group.tasks().size();
        }
    }

    private record Home(String agentId, String role) {}

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

    /**
     * What decides about the place of a request; those that have it in common fare alike.
     *
     * @param parts what it takes, one after the other; none when it is about certain resources
     * @param reserves whether that must be reserved by nobody yet
     * @param change of certain resources; null when there is none
     * @param constraints on the agent
     * @param group whose tasks the constraints count; null when they count none
     * @param home where the executor runs that it joins; null when it joins none
     */
    private record Shape(
            String role,
            List<Needs> parts,
            boolean reserves,
            @Nullable ResourceChange change,
            Constraints constraints,
            @Nullable String group,
            @Nullable Home home) {}

    private Shape shape(Request request) {
        boolean reserves = request.reservation() != null;
        return switch (request) {
            case TaskRequest task ->
                    new Shape(
                            task.role(), List.of(task.needs()), reserves, null, task.constraints(), task.group(), null);
            case GroupRequest group -> {
                Home home = home(group.executorId());
                List<Needs> needs = group.needs(home != null);
                yield new Shape(group.role(), needs, reserves, null, group.constraints(), group.group(), home);
            }
            case OperationRequest(_, var role, var change) -> {
                Constraints on = change instanceof ResourceChange.Reserve reserve ? reserve.constraints() : UNBOUND;
                yield new Shape(role, List.of(), false, change, on, null, null);
            }
        };
    }

    private record Candidate(int index, int misses, List<Pick.Taken> parts) {}

    private Matching(
            Collection<HeldOffer> offers,
            Map<String, List<AgentFacts>> placed,
            Map<String, GroupExecutor> executors,
            Map<String, String> avoidedBecause,
            long maintenanceFromNanos) {
        this.seats = seats(offers);
        this.placed = new LinkedHashMap<>();
        placed.forEach((group, agents) -> this.placed.put(group, new ArrayList<>(agents)));
        this.executors = executors;
        this.avoidedBecause = avoidedBecause;
        this.maintenanceFromNanos = maintenanceFromNanos;
    }

    /**
     * @param waiting in the order in which they are to be placed
     * @param placed agents on which tasks run already, by group, an agent once for each task
     * @param executors by their ids, those that groups may join
     * @param avoidedBecause agents that are not taken now, with the reason
     * @param maintenanceFromNanos wall-clock time; agents that go down before are not taken
     */
    static Outcome match(
            Collection<Request> waiting,
            Collection<HeldOffer> offers,
            Map<String, List<AgentFacts>> placed,
            Map<String, GroupExecutor> executors,
            Map<String, String> avoidedBecause,
            long maintenanceFromNanos) {
        var matching = new Matching(offers, placed, executors, avoidedBecause, maintenanceFromNanos);
        for (Request request : waiting) {
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

    private @Nullable Home home(String executor) {
        GroupExecutor running = executors.get(executor);
        return running == null ? launched.get(executor) : new Home(running.agentId(), running.role());
    }

    private void place(Request request) {
        Shape shape = shape(request);
        if (hopeless.contains(shape)) {
            return;
        }
        Candidate best = best(request, shape);
        if (best == null) {
            hopeless.add(shape);
            return;
        }
        Seat seat = seats.get(best.index());
        for (Pick.Taken part : best.parts()) {
            seat.free = seat.free.minus(part.resources());
        }
        if (shape.group() != null) {
            placed.computeIfAbsent(shape.group(), _ -> new ArrayList<>()).add(seat.agent());
        }
        if (request instanceof GroupRequest group) {
            launched.putIfAbsent(group.executorId(), new Home(seat.agent().agentId(), seat.role()));
        }
        hopeless.clear(); // who is to run beside, or away from, this one may have a place now
        matches.add(new Match(request, seat, best.parts()));
        next = best.index() + 1;
    }

    private @Nullable Candidate best(Request request, Shape shape) {
        List<AgentFacts> others = shape.group() == null ? List.of() : placed.getOrDefault(shape.group(), List.of());
        Candidate best = null;
        for (int step = 0; step < seats.size(); step++) {
            int index = (next + step) % seats.size();
            Candidate candidate = candidate(request, shape, index, others);
            if (candidate != null && candidate.misses() == 0) {
                return candidate;
            }
            if (candidate != null && (best == null || candidate.misses() < best.misses())) {
                best = candidate;
            }
        }
        return best;
    }

    private @Nullable Candidate candidate(Request request, Shape shape, int index, List<AgentFacts> others) {
        Seat seat = seats.get(index);
        List<String> reasons = refusals(shape, seat, others);
        List<Pick.Taken> parts = new ArrayList<>();
        if (reasons.isEmpty()) {
            reasons =
                    request instanceof OperationRequest operation
                            ? add(ResourceChanges.pick(operation, seat.free), parts)
                            : pick(shape.parts(), shape.reserves() ? seat.free.unreserved() : seat.free, parts);
        }
        if (reasons.isEmpty()) {
            return new Candidate(index, shape.constraints().softMisses(seat.agent(), others), parts);
        }
        reasons.forEach(reason -> refusals.merge(reason, 1L, Long::sum));
        return null;
    }

    /** Takes one part after the other, each of what the ones before have left. */
    private static List<String> pick(List<Needs> needs, ResourceBag free, List<Pick.Taken> parts) {
        ResourceBag left = free;
        for (Needs each : needs) {
            left = parts.isEmpty() ? left : left.minus(parts.getLast().resources());
            List<String> reasons = add(Picking.pick(left, each), parts);
            if (!reasons.isEmpty()) {
                return reasons;
            }
        }
        return List.of();
    }

    /**
     * @return why it cannot be; empty when it was added
     */
    private static List<String> add(Pick pick, List<Pick.Taken> parts) {
        return switch (pick) {
            case Pick.Taken taken -> {
                parts.add(taken);
                yield List.of();
            }
            case Pick.Short(var missing) -> missing;
        };
    }

    private List<String> refusals(Shape shape, Seat seat, List<AgentFacts> others) {
        if (!seat.role().equals(shape.role())) {
            return List.of("it was offered to another role than " + shape.role());
        }
        if (shape.change() instanceof ResourceChange.OnAgent change) { // there is no other agent for it
            return seat.agent().agentId().equals(change.agentId())
                    ? List.of()
                    : List.of("what is to be changed is on another agent");
        }
        Home home = shape.home();
        if (home != null && !home.equals(new Home(seat.agent().agentId(), seat.role()))) {
            return List.of(
                    home.role().equals(seat.role())
                            ? "the executor that it joins is on another agent"
                            : "the executor that it joins takes resources of role " + home.role());
        }
        String avoided = avoidedBecause.get(seat.agent().agentId());
        if (avoided != null) {
            return List.of("the agent is avoided: " + avoided);
        }
        if (seat.offers().getFirst().downFromNanos() <= maintenanceFromNanos) {
            return List.of("the agent goes down for maintenance");
        }
        return shape.constraints().refusals(seat.agent(), others);
    }
}
