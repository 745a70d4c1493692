package dev.capstan.driver.scheduling;

import dev.capstan.driver.backend.Lease;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.engine.protocol.ExecutorReports;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.resource.Resources;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * One executor: its leases, what of them is in use, its attempts. An executor may serve several leases; it is gone when
 * the last of them has ended.
 *
 * <pre>
 *   AWAITED ──Register──▶ ACTIVE ──Ending──▶ DRAINING
 *      └───────── last lease ended, silence ──────┴──▶ (gone: forgotten but for its name)
 * </pre>
 */
final class ExecutorEntry {
    /** Where it is in its life. */
    enum State {
        /** A lease was granted, the executor has not registered. */
        AWAITED,
        ACTIVE,
        /** It will end: what runs there goes on, nothing is added. */
        DRAINING
    }

    final ExecutorId id;

    /** Index into arrays about executors; given to another when this one is gone. */
    final int number;

    final SequencedMap<LeaseId, Lease> leases = new LinkedHashMap<>();
    final long grantedNanos;

    State state = State.AWAITED;

    /** Why it drains. */
    String drainReason = "";

    /** Why the whole application leaves it out; empty when it does not. */
    String excluded = "";

    HostEntry host;
    @Nullable Address replyTo;
    long[] capacity = new long[2];
    long[] free = new long[2];

    @Nullable Attempt firstAttempt;
    @Nullable Attempt lastAttempt;
    int attempts;
    int queued;

    /** Attempts that queue, in the order they were sent. */
    private final ArrayDeque<Attempt> ahead = new ArrayDeque<>(0);

    /** Whether queued tasks were asked back and the answer is awaited, and since when. */
    private boolean calledBack;

    private long calledBackNanos;

    /** All reports up to this one have been taken. */
    long takenSequence;

    /** Reports that came before an earlier one. */
    final TreeMap<Long, ExecutorReports> early = new TreeMap<>();

    long heardNanos;
    long beats;
    @Nullable ExecutorEntry heardBefore;
    @Nullable ExecutorEntry heardAfter;

    /** Whether it is among those whose room changed this turn. */
    boolean changed;

    final LastingOrders lasting = new LastingOrders();

    /** Its orders of this turn. */
    final OrderBatch orders = new OrderBatch();

    ExecutorEntry(ExecutorId id, int number, HostEntry host, long now) {
        this.id = id;
        this.number = number;
        this.host = host;
        this.grantedNanos = now;
    }

    boolean registered() {
        return state != State.AWAITED;
    }

    boolean takesTasks() {
        return state == State.ACTIVE && excluded.isEmpty();
    }

    Resources leased() {
        Resources sum = Resources.NONE;
        for (Lease lease : leases.values()) {
            sum = sum.plus(lease.resources());
        }
        return sum;
    }

    /** Sets what the leases give together; what is in use stays in use. */
    void resize(long[] leased) {
        int kinds = Math.max(leased.length, capacity.length);
        long[] resized = Arrays.copyOf(leased, kinds);
        long[] left = Arrays.copyOf(free, kinds);
        for (int kind = 0; kind < kinds; kind++) {
            left[kind] += resized[kind] - (kind < capacity.length ? capacity[kind] : 0);
        }
        capacity = resized;
        free = left;
    }

    /** What its attempts use, by kind. */
    long[] held() {
        long[] held = new long[capacity.length];
        for (int kind = 0; kind < held.length; kind++) {
            held[kind] = capacity[kind] - free[kind];
        }
        return held;
    }

    /**
     * Takes an attempt: it runs at once if nothing queues before it and it fits, as the executor itself will decide.
     */
    void add(Attempt attempt) {
        Need need = attempt.set.need;
        if (queued == 0 && need.fits(free)) {
            need.takeFrom(free);
            attempt.held = true;
        } else {
            ahead.addLast(attempt);
            queued++;
        }
        attempt.previousAtExecutor = lastAttempt;
        if (lastAttempt == null) {
            firstAttempt = attempt;
        } else {
            lastAttempt.nextAtExecutor = attempt;
        }
        lastAttempt = attempt;
        attempts++;
    }

    /** The attempt is over or was given back; those that queued behind it move up. */
    void remove(Attempt attempt) {
        if (attempt.previousAtExecutor == null) {
            firstAttempt = attempt.nextAtExecutor;
        } else {
            attempt.previousAtExecutor.nextAtExecutor = attempt.nextAtExecutor;
        }
        if (attempt.nextAtExecutor == null) {
            lastAttempt = attempt.previousAtExecutor;
        } else {
            attempt.nextAtExecutor.previousAtExecutor = attempt.previousAtExecutor;
        }
        attempts--;
        if (attempt.held) {
            attempt.set.need.giveBackTo(free);
            attempt.held = false;
        } else {
            queued--;
            if (attempt == ahead.peekFirst()) {
                ahead.removeFirst();
            } else if (attempt == ahead.peekLast()) {
                ahead.removeLast();
            } else {
                ahead.remove(attempt);
            }
        }
        moveUp();
    }

    /** Gives free resources to those that queue, in their order. */
    void moveUp() {
        while (queued > 0) {
            Attempt first = ahead.getFirst();
            if (!first.set.need.fits(free)) {
                return;
            }
            ahead.removeFirst();
            queued--;
            first.set.need.takeFrom(free);
            first.held = true;
        }
        calledBack &= queued > 0;
    }

    /** Whether queued tasks may be asked back; not before the last call was answered or lost. */
    boolean mayCallBack(long now, long likelyLostNanos) {
        return !calledBack || now - calledBackNanos > likelyLostNanos;
    }

    void calledBack(long now) {
        calledBack = true;
        calledBackNanos = now;
    }

    void callBackAnswered() {
        calledBack = false;
    }

    /** The attempt that was queued last, or null. */
    @Nullable Attempt lastQueued() {
        return ahead.peekLast();
    }

    @Override
    public String toString() {
        return id + " on " + host.name;
    }
}
