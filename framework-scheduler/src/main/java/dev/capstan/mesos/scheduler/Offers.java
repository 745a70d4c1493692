package dev.capstan.mesos.scheduler;

import dev.capstan.kernel.actor.Effect;
import dev.capstan.mesos.constraint.AgentFacts;

import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The part of a {@link FrameworkScheduler} that owns offers, the requests that wait for one, and how much the master is
 * to offer.
 *
 * <p>Each offer that comes is accepted, declined, rescinded, or ends with its connection. What fits nothing is kept for
 * a moment, because more may come from the same agent. For roles in which nothing waits we ask for no offers at all, so
 * that others get them sooner.
 */
final class Offers {
    private static final String SWEEP = "sweep-offers";
    private static final String REVIVE = "revive";

    /** Reasons name amounts, of which a busy cluster offers ever others. */
    private static final int MOST_REASONS = 200;

    private static final String OTHER_REASON = "another reason, beyond the first " + MOST_REASONS;

    private final FrameworkConfig config;
    private final FrameworkConfig.Timing.Offering timing;
    private final Descriptions descriptions;
    private final SequencedMap<String, HeldOffer> held = new LinkedHashMap<>();
    private final Waiting waiting = new Waiting();

    /** Roles for which the master was told to offer nothing. */
    private final Set<String> suppressed = new HashSet<>();

    private final Map<String, Running> running = new LinkedHashMap<>();
    private final Map<String, Avoided> avoided = new LinkedHashMap<>();
    private final Map<String, Long> refusals = new LinkedHashMap<>();
    private boolean changed;
    private boolean sweepIsArmed;
    private boolean reviveIsArmed;
    private long nextReviveNanos = Long.MIN_VALUE;
    private long seen;
    private long placings;

    /** Until when an agent is not used, and why. */
    private record Avoided(long untilNanos, String reason) {}

    /**
     * Where a task of a group runs.
     *
     * @param placing that brought it there, which tasks that were launched together have in common
     */
    private record Running(long placing, String group, AgentFacts agent) {}

    /**
     * @param descriptions which say for which roles offers come
     */
    Offers(FrameworkConfig config, Descriptions descriptions) {
        this.config = config;
        this.timing = config.timing().offering();
        this.descriptions = descriptions;
    }

    /** What waits, in the order in which it came. */
    Waiting waiting() {
        return waiting;
    }

    /** The roles that want no offers, for a subscription with these roles that begins now. */
    List<String> subscribing(List<String> roles) {
        suppressed.clear();
        roles.stream().filter(role -> !waiting.isIn(role)).forEach(suppressed::add);
        return in(roles, suppressed);
    }

    private static List<String> in(List<String> roles, Collection<String> some) {
        return roles.stream().filter(some::contains).toList();
    }

    /** The roles that are to want no offers once the framework is in these: those that want none now, and new ones. */
    List<String> describing(List<String> roles) {
        return roles.stream()
                .filter(role -> suppressed.contains(role) || !descriptions.roles().contains(role))
                .toList();
    }

    /**
     * The framework is in other roles now.
     *
     * @param before roles in which it was
     */
    void onDescribed(List<String> before) {
        suppressed.retainAll(descriptions.roles());
        descriptions.roles().stream().filter(role -> !before.contains(role)).forEach(suppressed::add);
    }

    /**
     * A new connection: what was offered on an older one is void, and so is what we refused. Where something has begun
     * to wait since the subscription was asked for, the master does not know it.
     */
    List<Effect> onSubscribed(Calls calls, long nowNanos) {
        held.clear();
        changed = true;
        return waiting.roles().stream().anyMatch(suppressed::contains) ? wantMore(calls, nowNanos) : List.of();
    }

    void onDisconnected() {
        held.clear();
    }

    void request(Request request) {
        if (waiting.isEmpty()) {
            seen = 0;
            refusals.clear();
        }
        waiting.add(request);
        changed = true;
    }

    /** No longer wanted, nor the others of its group; without effect when it does not wait. */
    void withdrawTask(String taskId) {
        changed |= waiting.removeTask(taskId);
    }

    /** No longer wanted; without effect when it does not wait. */
    void withdrawOperation(String operationId) {
        changed |= waiting.removeOperation(operationId);
    }

    void avoid(String agentId, long untilNanos, String reason) {
        avoided.put(agentId, new Avoided(untilNanos, reason));
    }

    void trust(String agentId) {
        changed |= avoided.remove(agentId) != null;
    }

    /** The task is over: it no longer counts where its group runs. */
    void onEnded(String taskId) {
        running.remove(taskId);
    }

    /** Takes what the master offers. An offer that cannot be understood is declined. */
    List<Effect> onOffers(List<Offer> offers, Calls calls, long nowNanos) {
        List<OfferID> unreadable = new ArrayList<>();
        for (Offer offer : offers) {
            try {
                held.put(offer.getId().getValue(), HeldOffer.of(offer, nowNanos));
            } catch (IllegalArgumentException e) {
                unreadable.add(offer.getId());
                count("an offer could not be read: " + e.getMessage(), 1L);
            }
        }
        seen += offers.size();
        changed = true;
        return unreadable.isEmpty() ? List.of() : List.of(calls.decline(unreadable, timing.refuseUnwanted()));
    }

    /** An ACCEPT that the master has not taken has not used its offers up. */
    Effect declineUnused(List<OfferID> offers, Calls calls) {
        return calls.decline(offers, timing.refuseMisfit());
    }

    void onRescinded(OfferID offer) {
        held.remove(offer.getValue());
    }

    /**
     * Places what can be placed with what is held now; the caller launches it.
     *
     * @param executors by their ids, those that groups may join
     */
    List<Matching.Match> match(Map<String, GroupExecutor> executors, long nowNanos) {
        if (!changed || held.isEmpty() || waiting.isEmpty()) {
            return List.of();
        }
        changed = false;
        long maintenanceFrom = nowNanos + config.wallOffsetNanos() + timing.maintenanceHorizon().toNanos();
        Matching.Outcome outcome =
                Matching.match(
                        waiting.all(), held.values(), placed(), executors, avoidedNow(nowNanos), maintenanceFrom);
        outcome.refusals().forEach(this::count);
        for (Matching.Match match : outcome.matches()) {
            waiting.remove(match.request());
            switch (match.request()) {
                case TaskRequest task -> run(List.of(task.id()), task.group(), match.seat().agent());
                case GroupRequest group ->
                        run(
                                group.tasks().stream().map(GroupRequest.Member::id).toList(),
                                group.group(),
                                match.seat().agent());
                case OperationRequest _ -> {} // nothing runs
            }
            match.seat().offers().forEach(offer -> held.remove(offer.id().getValue()));
        }
        return outcome.matches();
    }

    private void run(List<String> ids, String group, AgentFacts agent) {
        var place = new Running(placings++, group, agent);
        ids.forEach(id -> running.put(id, place));
    }

    private Map<String, String> avoidedNow(long nowNanos) {
        avoided.values().removeIf(each -> each.untilNanos() - nowNanos <= 0);
        Map<String, String> reasons = new LinkedHashMap<>();
        avoided.forEach((agent, each) -> reasons.put(agent, each.reason()));
        return reasons;
    }

    /** For how long the rest of an accepted offer to a role is refused: not at all while something waits in it. */
    Duration refuseRest(String role) {
        return waiting.isIn(role) ? Duration.ZERO : timing.refuseUnwanted();
    }

    private Map<String, List<AgentFacts>> placed() {
        Map<String, List<AgentFacts>> placed = new LinkedHashMap<>();
        Set<Long> counted = new HashSet<>();
        for (Running each : running.values()) {
            if (!counted.add(each.placing())) {
                continue; // those that were launched together count as one
            }
            placed.computeIfAbsent(each.group(), _ -> new ArrayList<>()).add(each.agent());
        }
        return placed;
    }

    /** After matching: answers offers of no use, and tells the master how much we want to be offered. */
    List<Effect> settle(Calls calls) {
        List<Effect> effects = new ArrayList<>();
        List<String> idle = descriptions.roles().stream().filter(role -> !waiting.isIn(role)).toList();
        if (!idle.isEmpty()) {
            effects.addAll(declineUnwanted(calls));
        }
        List<String> newlyIdle = idle.stream().filter(suppressed::add).toList();
        if (!newlyIdle.isEmpty()) {
            effects.add(calls.suppress(newlyIdle));
        }
        if (!held.isEmpty() && !sweepIsArmed) {
            sweepIsArmed = true;
            effects.add(new Effect.Arm(SWEEP, timing.hold(), new FrameworkMessage.SweepOffers()));
        }
        return effects;
    }

    private List<Effect> declineUnwanted(Calls calls) {
        List<HeldOffer> unwanted = held.values().stream().filter(offer -> !waiting.isIn(offer.role())).toList();
        unwanted.forEach(offer -> held.remove(offer.id().getValue()));
        return unwanted.isEmpty() ? List.of() : List.of(calls.decline(ids(unwanted), timing.refuseUnwanted()));
    }

    /** Gives back what was kept long enough. */
    List<Effect> sweep(Calls calls, long nowNanos) {
        sweepIsArmed = false;
        long before = nowNanos - timing.hold().toNanos();
        List<HeldOffer> old = held.values().stream().filter(offer -> offer.sinceNanos() <= before).toList();
        old.forEach(offer -> held.remove(offer.id().getValue()));
        return old.isEmpty() ? List.of() : List.of(calls.decline(ids(old), timing.refuseMisfit()));
    }

    /** The timer is gone with what it was for. */
    void onSweepWithoutConnection() {
        sweepIsArmed = false;
    }

    /**
     * Asks for everything to be offered again to the roles in which something waits, unless it was asked a moment ago:
     * then a little later.
     */
    List<Effect> wantMore(Calls calls, long nowNanos) {
        List<String> roles = in(descriptions.roles(), waiting.roles());
        if (roles.isEmpty()) {
            return List.of();
        }
        if (nextReviveNanos != Long.MIN_VALUE && nowNanos - nextReviveNanos < 0) {
            if (reviveIsArmed) {
                return List.of();
            }
            reviveIsArmed = true;
            var later = Duration.ofNanos(nextReviveNanos - nowNanos);
            return List.of(new Effect.Arm(REVIVE, later, new FrameworkMessage.Revive()));
        }
        nextReviveNanos = nowNanos + timing.leastBetweenRevives().toNanos();
        roles.forEach(suppressed::remove);
        return List.of(calls.revive(roles));
    }

    void onReviveDue() {
        reviveIsArmed = false;
    }

    /**
     * @param starvation why not enough is offered, if that is known
     */
    Explanation explain(String state, String starvation) {
        List<Explanation.Refusal> counted = new ArrayList<>();
        if (!starvation.isEmpty() && !waiting.isEmpty()) {
            counted.add(new Explanation.Refusal(starvation, 1));
        }
        refusals.forEach((reason, times) -> counted.add(new Explanation.Refusal(reason, times)));
        counted.sort(Comparator.comparingLong(Explanation.Refusal::times).reversed());
        return new Explanation(state, waiting.all().size(), seen, counted);
    }

    /** Offers that have not been answered, for the invariants. */
    Collection<HeldOffer> held() {
        return Collections.unmodifiableCollection(held.values());
    }

    private void count(String reason, long times) {
        boolean hasPlace = refusals.size() < MOST_REASONS || refusals.containsKey(reason);
        refusals.merge(hasPlace ? reason : OTHER_REASON, times, Long::sum);
    }

    private static List<OfferID> ids(Collection<HeldOffer> offers) {
        return offers.stream().map(HeldOffer::id).toList();
    }
}
