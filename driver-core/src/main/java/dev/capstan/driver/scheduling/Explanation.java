package dev.capstan.driver.scheduling;

import dev.capstan.driver.backend.WhyNot;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Says in one text what is wanted, what there is, why the one does not meet the other, and what to do about it. */
final class Explanation {
    private static final int SETS_NAMED = 3;
    private static final int EXECUTORS_NAMED = 3;

    private final ExecutorTable executors;
    private final Collection<ActiveSet> sets;
    private final StringBuilder text = new StringBuilder();
    private final long now;
    private final List<String> advice = new ArrayList<>();

    /**
     * What is known of the connection to the cluster.
     *
     * @param words empty for nothing
     * @param isLost whether that is why nothing is leased
     */
    record Connection(String words, boolean isLost) {}

    private Explanation(ExecutorTable executors, Collection<ActiveSet> sets, long now) {
        this.executors = executors;
        this.sets = sets;
        this.now = now;
    }

    /**
     * Writes the text.
     *
     * @param backend what the cluster's side says, null if it did not answer
     * @param connection to the cluster
     */
    static String text(
            ExecutorTable executors,
            Collection<ActiveSet> sets,
            List<SchedulingView.ExclusionLine> exclusions,
            @Nullable WhyNot backend,
            Connection connection,
            long now) {
        var explanation = new Explanation(executors, sets, now);
        explanation.wantedAndWhy();
        explanation.leases();
        explanation.excluded(exclusions);
        explanation.cluster(backend, connection);
        explanation.advise();
        return explanation.text.toString().strip();
    }

    private void wantedAndWhy() {
        boolean any = false;
        for (SlotIndex slots : executors.sharedSlots()) {
            Need need = slots.need;
            if (need.waiting == 0) {
                continue;
            }
            any = true;
            line(
                    Texts.count(need.waiting, "task", "tasks")
                            + " of "
                            + need.perTask
                            + " wait"
                            + (need.waiting == 1 ? "s" : "")
                            + " ("
                            + setsOf(need)
                            + "); "
                            + (need.placed == 0 ? "none is" : need.placed + " are")
                            + " with executors.");
            SequencedMap<String, List<String>> groups = new LinkedHashMap<>();
            for (ExecutorEntry executor : executors.all()) {
                groups.computeIfAbsent(whyNot(executor, need, slots), _ -> new ArrayList<>()).add(executor.id.name());
            }
            groups.forEach((why, names) ->
                    line("  " + Texts.count(names.size(), "executor", "executors") + " (" + some(names) + "): " + why));
            for (ActiveSet set : sets) {
                ownReasons(set, need);
            }
        }
        if (!any) {
            line("No task waits.");
        }
    }

    private String setsOf(Need need) {
        var names = new ArrayList<String>();
        for (ActiveSet set : sets) {
            if (set.need == need && set.pending.count() > 0) {
                names.add(set + " of " + set.tasks.job());
            }
        }
        return some(names);
    }

    /** Why this executor takes none of these tasks now. */
    private String whyNot(ExecutorEntry executor, Need need, SlotIndex slots) {
        String ago = Texts.duration(now - executor.grantedNanos);
        if (executor.state == ExecutorEntry.State.AWAITED) {
            advise(
                    "look into the executor's own log, unless it is just starting: it may not reach"
                            + " this driver, or fail before it does");
            return "not registered yet (lease granted " + ago + " ago)";
        }
        if (executor.state == ExecutorEntry.State.DRAINING) {
            return "draining: " + executor.drainReason;
        }
        int lacking = need.lacking(executor.capacity);
        if (lacking >= 0) {
            long has = lacking < executor.capacity.length ? executor.capacity[lacking] : 0;
            String kind = executors.kinds.name(lacking);
            advise(
                    has == 0
                            ? "ask for executors with " + kind + ", or for tasks that need none"
                            : "let a task take less " + kind + ", or ask for larger executors");
            return has == 0
                    ? "has no " + kind + ", a task takes " + ResourceKinds.amount(lacking, need.amount(lacking))
                    : "too small: a task takes "
                            + kind
                            + " "
                            + ResourceKinds.amount(lacking, need.amount(lacking))
                            + ", the lease has "
                            + ResourceKinds.amount(lacking, has);
        }
        if (!executor.excluded.isEmpty()) {
            advise("see why tasks failed there; capstan.exclusion.enabled=false uses such" + " executors nevertheless");
            return "left out: " + executor.excluded;
        }
        if (slots.hasRoom(executor, 0)) {
            return "has room, but what waits does not want, or is not allowed, to run there";
        }
        return "busy with " + Texts.count(executor.attempts, "task", "tasks");
    }

    private void ownReasons(ActiveSet set, Need need) {
        if (set.need != need || set.pending.count() == 0) {
            return;
        }
        BarrierState barrier = set.barrier;
        if (barrier != null && barrier.tooLarge) {
            line(
                    "  "
                            + set
                            + " is a barrier set: all "
                            + set.size()
                            + " tasks must run at once, but there are only "
                            + set.slots.allSlots()
                            + " slots (since "
                            + Texts.duration(now - barrier.tooLargeSinceNanos)
                            + ")");
            advise("use fewer partitions for the barrier stage, or more executors");
        } else if (barrier != null) {
            line(
                    "  "
                            + set
                            + " is a barrier set: it waits until "
                            + set.size()
                            + " slots are free at once; "
                            + set.slots.freeSlots()
                            + " are");
        } else if (set.waitsForPlaces && !set.pending.allAnywhere()) {
            line(
                    "  "
                            + set
                            + " waits for executors near its data (since "
                            + Texts.duration(now - set.waitsSinceNanos)
                            + ")");
        }
    }

    private void leases() {
        if (executors.all().isEmpty()) {
            line("No executor has been leased.");
            return;
        }
        SequencedMap<String, Integer> groups = new LinkedHashMap<>();
        for (ExecutorEntry executor : executors.all()) {
            groups.merge(executor.leased().toString(), 1, Integer::sum);
        }
        var words = new ArrayList<String>();
        groups.forEach((size, count) -> words.add(count + " of " + size));
        line("Leased executors: " + String.join(", ", words) + ".");
    }

    private void excluded(List<SchedulingView.ExclusionLine> exclusions) {
        for (int i = 0; i < Math.min(exclusions.size(), EXECUTORS_NAMED); i++) {
            SchedulingView.ExclusionLine exclusion = exclusions.get(i);
            line("Left out by the " + exclusion.forWhom() + ": " + exclusion.what() + " (" + exclusion.why() + ").");
        }
        if (exclusions.size() > EXECUTORS_NAMED) {
            line("  … and " + (exclusions.size() - EXECUTORS_NAMED) + " more exclusions");
        }
    }

    private void cluster(@Nullable WhyNot backend, Connection connection) {
        if (!connection.words().isEmpty()) {
            line(connection.words());
        }
        if (executors.all().isEmpty() && !connection.isLost() && (backend == null || backend.refusals().isEmpty())) {
            advise("see whether the cluster has free resources for this application and allows it to use them");
        }
        line(backend == null ? "The backend did not answer." : "The backend " + backend + ".");
    }

    private void advise() {
        if (!advice.isEmpty()) {
            line("What to do: " + String.join("; ", advice) + ".");
        }
    }

    private void advise(String what) {
        if (!advice.contains(what)) {
            advice.add(what);
        }
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private static String some(List<String> names) {
        if (names.size() <= SETS_NAMED) {
            return String.join(", ", names);
        }
        return String.join(", ", names.subList(0, SETS_NAMED)) + " and " + (names.size() - SETS_NAMED) + " more";
    }
}
