package dev.capstan.driver.scheduling;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * The part of the scheduler that gives tasks to executors, once per turn.
 *
 * <p>It asks who is first ({@link SetOrder}), gives that set one task, and asks again, until nobody who wants room can
 * be given any. The work is one step per task placed, one per set that gets nothing, and one per executor whose room
 * changed for each set with preferences: executors and tasks for which nothing changed are not looked at. A set with
 * preferences looks at the executors near its data when it is submitted, and afterwards at those that change.
 */
final class Placement {
    /** How many executors are tried for a task that must not run where it failed. */
    private static final int EXECUTORS_TRIED = 8;

    /** Places of a set are looked through at most this often. */
    private static final long LOOK_INTERVAL_NANOS = Duration.ofMillis(20).toNanos();

    private final SchedulingConfig config;
    private final ExecutorTable executors;
    private final TaskSets sets;
    private final SetOrder order;
    private final Exclusions exclusions;
    private final Outbox outbox;
    private long turn;

    /**
     * Whether short tasks may queue ahead in this turn. Not any more once a set was refused for want of a free slot:
     * queues filled by those behind it would keep slots from coming free.
     */
    private boolean mayQueue;

    /** Whether sets did not see the executors that changed last turn, because one before them held everything back. */
    private boolean heldBack;

    Placement(
            SchedulingConfig config,
            ExecutorTable executors,
            TaskSets sets,
            SetOrder order,
            Exclusions exclusions,
            Outbox outbox) {
        this.config = config;
        this.executors = executors;
        this.sets = sets;
        this.order = order;
        this.exclusions = exclusions;
        this.outbox = outbox;
    }

    /** What became of a set's turn. */
    private enum Step {
        /** A task was placed. */
        PLACED,
        /** No executor has room for it. */
        NO_ROOM,
        /** There is room, but not where its tasks want to, or may, run. */
        WAITS,
        /** It needs all its room at once and waits for it; those behind it must not take it. */
        HOLDS_BACK
    }

    void place(long now) {
        executors.refresh();
        turn++;
        mayQueue = true;
        boolean heldBackBefore = heldBack;
        heldBack = false;
        if (heldBackBefore) {
            sets.open().forEach(set -> set.nearby = null);
        }
        for (ActiveSet set = order.first(); set != null; set = order.first()) {
            Step step = set.barrier != null ? placeAll(set, set.barrier, now) : placeOne(set, now);
            if (step == Step.HOLDS_BACK) {
                heldBack = true;
                break;
            }
            if (step == Step.NO_ROOM) {
                order.putAside(set);
                mayQueue = false;
                if (!executors.anyFree()) {
                    break;
                }
            } else if (step == Step.WAITS) {
                order.putAside(set);
            }
        }
        order.takeBack();
        executors.forgetChanged();
    }

    private Step placeOne(ActiveSet set, long now) {
        if (set.turn != turn) {
            set.turn = turn;
            beginTurn(set);
        }
        int depth = mayQueue ? set.queueDepth() : 0;
        if (set.pending.hasPlaces() && placeNearby(set, depth, now)) {
            return Step.PLACED;
        }
        while (true) {
            ExecutorEntry executor = set.slots.roomiest(depth);
            if (executor == null) {
                return exclusions.liftIfNothingIsLeft(set) ? placeOne(set, now) : Step.NO_ROOM;
            }
            int task = set.pending.peekAnywhere();
            if (task < 0) {
                if (set.pending.count() > 0 && releaseSome(set, now)) {
                    continue;
                }
                return placeCopy(set, now);
            }
            if (set.exclusions != null && set.exclusions.bars(task, executor)) {
                executor = elsewhere(set, task, executor, depth);
                if (executor == null) {
                    if (!exclusions.forgiveIfNothingIsLeft(set, task)) {
                        set.pending.park(task);
                    }
                    continue;
                }
            }
            sets.launch(set, task, executor, now);
            return Step.PLACED;
        }
    }

    private void beginTurn(ActiveSet set) {
        if (set.exclusions != null) {
            set.pending.unpark();
        }
        if (set.pending.hasPlaces()) {
            if (set.nearby == null) {
                set.nearby = Nearness.executors(set, executors);
            } else {
                set.nearby = executors.changed;
            }
            set.nearbyCursor = 0;
        }
    }

    /** Gives a task to an executor near its data, if one has room. */
    private boolean placeNearby(ActiveSet set, int depth, long now) {
        List<ExecutorEntry> nearby = set.nearby;
        if (nearby == null) {
            return false;
        }
        for (; set.nearbyCursor < nearby.size(); set.nearbyCursor++) {
            ExecutorEntry executor = nearby.get(set.nearbyCursor);
            if (set.slots.hasRoom(executor, depth)) {
                int task = set.pending.peekLocal(executor);
                if (task >= 0 && (set.exclusions == null || !set.exclusions.bars(task, executor))) {
                    sets.launch(set, task, executor, now);
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * There is room, but all that waits would rather run elsewhere: the time that a set waits for places counts from
     * here, once, however many tasks it places meanwhile.
     *
     * @return whether something may run anywhere now
     */
    private boolean releaseSome(ActiveSet set, long now) {
        if (set.pending.allAnywhere() || !set.slots.anyFree()) {
            return false;
        }
        if (!set.waitsForPlaces) {
            set.waitsForPlaces = true;
            set.waitsSinceNanos = now;
        } else if (!set.placesChanged && now - set.lookedNanos < LOOK_INTERVAL_NANOS) {
            return false;
        }
        set.placesChanged = false;
        set.lookedNanos = now;
        long next = Nearness.release(set, executors, config.localityWait().toNanos(), now);
        if (set.pending.peekAnywhere() >= 0) {
            return true;
        }
        if (next > 0) {
            outbox.arm(
                    "place-elsewhere-" + set.stage,
                    Math.max(next, LOOK_INTERVAL_NANOS),
                    new SchedulerTimer.PlaceElsewhere(set.stage));
        }
        return false;
    }

    /** Another executor with room that may take the task, of the first few. */
    private static @Nullable ExecutorEntry elsewhere(ActiveSet set, int task, ExecutorEntry first, int depth) {
        SetExclusions own = set.exclusions;
        ExecutorEntry executor = first;
        for (int tried = 1; tried < EXECUTORS_TRIED; tried++) {
            executor = set.slots.after(executor, depth);
            if (executor == null || own == null || !own.bars(task, executor)) {
                return executor;
            }
        }
        return null;
    }

    /** Runs a slow task a second time, at another executor, on another host if one of the first few is. */
    private Step placeCopy(ActiveSet set, long now) {
        while (!set.wantedCopies.isEmpty()) {
            int task = set.wantedCopies.peek();
            Attempt slow = set.live(task);
            if (slow == null || slow.killed || set.copy(task) != null || set.finished.get(task)) {
                set.wantedCopies.poll();
                order.refresh(set);
                continue;
            }
            ExecutorEntry chosen = forCopy(set, task, slow);
            if (chosen == null) {
                return Step.WAITS;
            }
            set.wantedCopies.poll();
            sets.launch(set, task, chosen, now);
            return Step.PLACED;
        }
        return Step.WAITS;
    }

    private static @Nullable ExecutorEntry forCopy(ActiveSet set, int task, Attempt slow) {
        ExecutorEntry fallback = null;
        ExecutorEntry executor = set.slots.roomiest(0);
        for (int tried = 0; executor != null && tried < EXECUTORS_TRIED; tried++) {
            boolean barred = set.exclusions != null && set.exclusions.bars(task, executor);
            if (executor != slow.executor && !barred) {
                if (executor.host != slow.executor.host) {
                    return executor;
                }
                fallback = fallback == null ? executor : fallback;
            }
            executor = set.slots.after(executor, 0);
        }
        return fallback;
    }

    /** All tasks of a barrier set, or none. */
    private Step placeAll(ActiveSet set, BarrierState barrier, long now) {
        if (set.attempts > 0 || set.pending.count() < set.size()) {
            return Step.WAITS; // the round before has not ended everywhere
        }
        SlotIndex slots = set.slots;
        if (slots.freeSlots() >= set.size()) {
            barrier.begin();
            for (int task = set.pending.peekAnywhere(); task >= 0; task = set.pending.peekAnywhere()) {
                ExecutorEntry executor = slots.roomiest(0);
                if (executor == null) {
                    throw new IllegalStateException(slots.freeSlots() + " slots are free, but none is found");
                }
                sets.launch(set, task, executor, now);
            }
            return Step.PLACED;
        }
        if (slots.allSlots() >= set.size()) {
            barrier.tooLarge = false;
            return Step.HOLDS_BACK;
        }
        if (exclusions.liftIfTooLittleIsLeft(set)) {
            return placeAll(set, barrier, now);
        }
        if (!executors.anyRegistered()) {
            barrier.tooLarge = false; // how large the cluster is nobody can tell yet
            return Step.WAITS;
        }
        if (!barrier.tooLarge) {
            barrier.tooLarge = true;
            barrier.tooLargeSinceNanos = now;
            outbox.arm(
                    "give-up-" + set.stage, config.unplaceableAfter(), new SchedulerTimer.GiveUpOnBarrier(set.stage));
        }
        return Step.WAITS;
    }

    /** The timer of a barrier set that was too large for the cluster has fired. */
    void giveUpOnBarrier(ActiveSet set, long now) {
        BarrierState barrier = set.barrier;
        if (barrier == null || !barrier.tooLarge) {
            return;
        }
        long waited = now - barrier.tooLargeSinceNanos;
        if (waited < config.unplaceableAfter().toNanos()) {
            outbox.arm(
                    "give-up-" + set.stage,
                    config.unplaceableAfter().toNanos() - waited,
                    new SchedulerTimer.GiveUpOnBarrier(set.stage));
            return;
        }
        sets.abort(
                set,
                "barrier set "
                        + set
                        + " needs "
                        + set.size()
                        + " tasks of "
                        + set.need.perTask
                        + " to run at once, but in "
                        + Texts.duration(waited)
                        + " the executors never had more than "
                        + set.slots.allSlots()
                        + " slots of that size together; "
                        + "use fewer partitions, or more or larger executors");
    }
}
