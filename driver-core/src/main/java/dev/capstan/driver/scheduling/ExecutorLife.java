package dev.capstan.driver.scheduling;

import dev.capstan.driver.backend.BackendCommand;
import dev.capstan.driver.backend.BackendEvent;
import dev.capstan.driver.backend.Lease;
import dev.capstan.driver.backend.LossReason;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.protocol.ExecutorReport;
import dev.capstan.engine.protocol.ExecutorReports;
import dev.capstan.kernel.collection.Newest;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * The part of the scheduler that owns leases and the lives of executors: grants and ends, registration, silence, and
 * that each report is taken once and in order.
 */
final class ExecutorLife {
    private static final String TIMER = "sweep-executors";
    private static final int ENDED_REMEMBERED = 16_384;

    /** An executor sends again what it has no acknowledgement for, so what is too early may be dropped. */
    private static final int EARLY_REPORTS = 1_024;

    private final Epoch epoch;
    private final SchedulingConfig config;
    private final ExecutorTable executors;
    private final TaskSets sets;
    private final Reconciling reconciling;
    private final Exclusions exclusions;
    private final Outbox outbox;

    /** Why each has ended, so that late words about them are recognized and answered. */
    private final Newest<LeaseId, String> endedLeases = new Newest<>(ENDED_REMEMBERED);

    private final Newest<ExecutorId, String> gone = new Newest<>(ENDED_REMEMBERED);

    /** Executors whose leases were granted but that have not registered, the oldest first. */
    private final SequencedSet<ExecutorEntry> awaited = new LinkedHashSet<>();

    /** Registrations that name a lease we do not know yet, the oldest first. */
    private final SequencedMap<LeaseId, Stranger> strangers = new LinkedHashMap<>();

    private long sweepAtNanos;
    private boolean sweepArmed;

    /** A sweep that came late is done over then. */
    private @Nullable Long sweepAgainNanos;

    ExecutorLife(
            Epoch epoch,
            SchedulingConfig config,
            ExecutorTable executors,
            TaskSets sets,
            Reconciling reconciling,
            Exclusions exclusions,
            Outbox outbox) {
        this.epoch = epoch;
        this.config = config;
        this.executors = executors;
        this.sets = sets;
        this.reconciling = reconciling;
        this.exclusions = exclusions;
        this.outbox = outbox;
    }

    private record Stranger(ExecutorReports reports, long sinceNanos) {}

    void granted(Lease lease, long now) {
        if (endedLeases.containsKey(lease.id()) || executors.byLease(lease.id()) != null) {
            return;
        }
        if (gone.containsKey(lease.executor())) {
            outbox.tellBackend(new BackendCommand.Release(lease.id())); // its executor has ended meanwhile
            return;
        }
        ExecutorEntry executor = executors.lease(lease, now);
        if (!executor.registered()) {
            awaited.add(executor);
        }
        Stranger stranger = strangers.remove(lease.id());
        if (stranger != null) {
            take(stranger.reports, now);
        }
    }

    void changed(Lease lease, long now) {
        ExecutorEntry executor = executors.byLease(lease.id());
        if (executor != null && executor.id.equals(lease.executor())) {
            executors.lease(lease, now);
        } else {
            granted(lease, now); // the change may overtake the grant
        }
    }

    void ending(BackendEvent.Ending ending) {
        ExecutorEntry executor = executors.byLease(ending.lease());
        if (executor == null) {
            return;
        }
        if (executor.leases.size() > 1) {
            return; // the others go on; what ends with this one is told by its end
        }
        if (executor.registered() && executor.state != ExecutorEntry.State.DRAINING) {
            outbox.order(executor, new ExecutorOrder.Drain(ending.notice()));
        }
        drain(executor, ending.reason());
    }

    void ended(LeaseId lease, LossReason reason, String detail) {
        ExecutorEntry executor = executors.byLease(lease);
        String why = detail.isEmpty() ? reason.toString() : reason + ": " + detail;
        endedLeases.put(lease, why);
        Stranger stranger = strangers.remove(lease);
        if (stranger != null) {
            refuse(stranger.reports, lease + " has ended: " + why);
        }
        if (executor == null) {
            return;
        }
        if (executor.leases.size() > 1) {
            executors.endLease(executor, lease);
        } else {
            remove(executor, why, reason.blame());
            outbox.drop(executor);
        }
    }

    /** Reports of an executor: each is taken once, in the order it was given, however it arrives. */
    void take(ExecutorReports reports, long now) {
        if (reports.epoch().compareTo(epoch) > 0) {
            return; // a later driver has taken over
        }
        ExecutorEntry executor = executors.get(reports.executor());
        if (executor == null || !executor.registered()) {
            introduce(executor, reports, now);
            return;
        }
        executor.replyTo = reports.replyTo();
        executors.heard(executor, now);
        executor.lasting.taken(reports.ordersTaken());
        long sequence = reports.sequence();
        if (sequence == 0) {
            process(executor, reports, now);
            return;
        }
        if (sequence <= executor.takenSequence) {
            if (registration(reports) != null) {
                welcome(executor); // the first welcome was lost
            }
        } else if (sequence > executor.takenSequence + 1) {
            if (executor.early.size() < EARLY_REPORTS) {
                executor.early.put(sequence, reports);
            }
            return;
        } else {
            executor.takenSequence = sequence;
            process(executor, reports, now);
            takeEarly(executor, now);
        }
        answer(executor);
    }

    /**
     * Looks for executors that were silent, and for leases and executors that never met. Who was frozen itself, as by a
     * signal, first hears what they have said meanwhile.
     */
    void sweep(long now) {
        sweepArmed = false;
        long beat = config.heartbeatInterval().toNanos();
        sweepAgainNanos = now - sweepAtNanos >= beat ? now + beat : null;
        if (sweepAgainNanos == null) {
            sweepOut(now);
        }
    }

    private void sweepOut(long now) {
        long timeout = config.heartbeatTimeout().toNanos();
        for (ExecutorEntry silent = executors.longestSilent();
                silent != null && now - silent.heardNanos >= timeout;
                silent = executors.longestSilent()) {
            String why = "no word from it for " + Texts.duration(now - silent.heardNanos);
            outbox.order(silent, new ExecutorOrder.Shutdown(why));
            release(silent, why);
            remove(silent, why, LossReason.Blame.NONE);
        }
        long registration = config.registrationTimeout().toNanos();
        while (!awaited.isEmpty() && now - awaited.getFirst().grantedNanos >= registration) {
            ExecutorEntry missing = awaited.getFirst();
            String why = "it did not register within " + Texts.duration(registration);
            release(missing, why);
            remove(missing, why, LossReason.Blame.NONE);
        }
        while (!strangers.isEmpty() && now - strangers.firstEntry().getValue().sinceNanos >= registration) {
            var stranger = strangers.pollFirstEntry();
            refuse(stranger.getValue().reports, "no " + stranger.getKey() + " was granted to this application");
        }
    }

    /** Keeps the timer of {@link #sweep} at the next moment at which there is something to do. */
    void endOfTurn(long now) {
        long next = Long.MAX_VALUE;
        ExecutorEntry silent = executors.longestSilent();
        if (silent != null) {
            next = silent.heardNanos - now + config.heartbeatTimeout().toNanos();
        }
        long registration = config.registrationTimeout().toNanos();
        if (!awaited.isEmpty()) {
            next = Math.min(next, awaited.getFirst().grantedNanos - now + registration);
        }
        if (!strangers.isEmpty()) {
            next = Math.min(next, strangers.firstEntry().getValue().sinceNanos - now + registration);
        }
        if (next != Long.MAX_VALUE && sweepAgainNanos != null) {
            next = Math.max(next, sweepAgainNanos - now);
        }
        if (next != Long.MAX_VALUE && (!sweepArmed || now + next - sweepAtNanos < 0)) {
            sweepArmed = true;
            sweepAtNanos = now + next;
            outbox.arm(TIMER, next, new SchedulerTimer.SweepExecutors());
        }
    }

    private void introduce(@Nullable ExecutorEntry known, ExecutorReports reports, long now) {
        if (gone.containsKey(reports.executor())) {
            outbox.answer(
                    reports.replyTo(),
                    reports.executor(),
                    new ExecutorOrder.Shutdown("its lease has ended: " + gone.get(reports.executor())));
            return;
        }
        ExecutorReport.Register register = registration(reports);
        if (register == null) {
            if (known == null) {
                outbox.answer(
                        reports.replyTo(),
                        reports.executor(),
                        new ExecutorOrder.Shutdown("the driver does not know " + reports.executor()));
            }
            return;
        }
        LeaseId lease = register.lease();
        ExecutorEntry executor = executors.byLease(lease);
        if (executor == null && endedLeases.containsKey(lease)) {
            refuse(reports, lease + " has ended: " + endedLeases.get(lease));
        } else if (executor == null) {
            strangers.putIfAbsent(lease, new Stranger(reports, now));
        } else if (!executor.id.equals(reports.executor())) {
            refuse(reports, lease + " is of " + executor.id + ", not of " + reports.executor());
        } else {
            awaited.remove(executor);
            executor.replyTo = reports.replyTo();
            executors.register(executor, register.host(), now);
            exclusions.joined(executor);
            executor.takenSequence = reports.sequence();
            welcome(executor);
            outbox.tellBackend(new BackendCommand.Registered(lease));
            outbox.tellDag(new SchedulingEvent.ExecutorJoined(executor.id, register.host(), executor.leased()));
            process(executor, reports, now);
            if (reports.sequence() > 0) {
                executor.orders.acknowledge = true;
            }
        }
    }

    private void process(ExecutorEntry executor, ExecutorReports reports, long now) {
        List<ExecutorReport> all = reports.reports();
        for (int i = 0; i < all.size(); i++) {
            switch (all.get(i)) {
                case ExecutorReport.TaskEnded taskEnded -> sets.taskEnded(executor, taskEnded, now);
                case ExecutorReport.Register _ when reports.sequence() == 0 -> welcome(executor);
                case ExecutorReport.Register _ -> {}
                case ExecutorReport.TasksReturned(var tasks) -> sets.returned(executor, tasks);
                case ExecutorReport.StageMissing(var stage, var tasks) -> sets.stageMissing(executor, stage, tasks);
                case ExecutorReport.BlocksChanged(var kept, var removed) ->
                        outbox.tellDag(
                                new SchedulingEvent.BlocksChanged(executor.id, executor.host.name, kept, removed));
                case ExecutorReport.CopyFailed(var block, var reason) ->
                        outbox.tellDag(new SchedulingEvent.CopyFailed(executor.id, block, reason));
                case ExecutorReport.Heartbeat beat -> {
                    reconciling.heartbeat(executor, beat, now);
                    answer(executor);
                }
                case ExecutorReport.Drained() -> drain(executor, "drained");
                case ExecutorReport.Ending(var reason) -> drain(executor, reason);
            }
        }
    }

    /** So that an executor without work hears from us as well. */
    private void answer(ExecutorEntry executor) {
        executor.orders.acknowledge = true;
        outbox.due(executor);
    }

    private void takeEarly(ExecutorEntry executor, long now) {
        while (!executor.early.isEmpty() && executor.early.firstKey() <= executor.takenSequence + 1) {
            var first = executor.early.pollFirstEntry();
            if (first.getKey() > executor.takenSequence) {
                executor.takenSequence = first.getKey();
                process(executor, first.getValue(), now);
            }
        }
    }

    private void welcome(ExecutorEntry executor) {
        outbox.order(executor, new ExecutorOrder.Welcome(config.heartbeatInterval()));
    }

    private void refuse(ExecutorReports reports, String why) {
        outbox.answer(reports.replyTo(), reports.executor(), new ExecutorOrder.Refuse(why));
    }

    private static ExecutorReport.@Nullable Register registration(ExecutorReports reports) {
        for (ExecutorReport report : reports.reports()) {
            if (report instanceof ExecutorReport.Register register) {
                return register;
            }
        }
        return null;
    }

    /** Nothing is placed there any more; what has not begun it gives back by itself. */
    private void drain(ExecutorEntry executor, String reason) {
        if (executor.state == ExecutorEntry.State.ACTIVE) {
            executor.state = ExecutorEntry.State.DRAINING;
            executor.drainReason = reason;
            executors.markChanged(executor);
        } else if (executor.state == ExecutorEntry.State.AWAITED) {
            executor.drainReason = reason;
        }
    }

    private void release(ExecutorEntry executor, String why) {
        for (LeaseId lease : new ArrayList<>(executor.leases.keySet())) {
            endedLeases.put(lease, why);
            outbox.tellBackend(new BackendCommand.Release(lease));
        }
    }

    private void remove(ExecutorEntry executor, String why, LossReason.Blame blame) {
        gone.put(executor.id, why);
        executor.leases.keySet().forEach(lease -> endedLeases.putIfAbsent(lease, why));
        awaited.remove(executor);
        sets.executorLost(executor, why, blame);
        exclusions.forget(executor);
        executors.remove(executor);
        if (executor.registered()) {
            outbox.tellDag(new SchedulingEvent.ExecutorGone(executor.id, why));
        }
    }
}
