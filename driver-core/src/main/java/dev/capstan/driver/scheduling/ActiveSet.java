package dev.capstan.driver.scheduling;

import dev.capstan.driver.scheduling.SchedulingConfig.QueueAhead;
import dev.capstan.engine.id.StageAttempt;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A task set that is not finished, or of which something still runs. What it knows of each task lies in arrays: about
 * seven bytes per task.
 *
 * <pre>
 *   OPEN ──all partitions succeeded, cancelled, failed too often──▶ CLOSED ──last attempt ended──▶ (forgotten)
 * </pre>
 */
final class ActiveSet extends IndexedHeap.Item {
    final TaskSet tasks;
    final StageAttempt stage;
    final Need need;
    final PoolEntry pool;
    final PendingTasks pending;
    final long submittedNanos;

    /** Where it looks for room; one of its own once it leaves executors out. */
    SlotIndex slots;

    boolean ownsSlots;

    /** Partitions, by index, that have succeeded or need not. */
    final BitSet finished;

    int finishedCount;

    /** Partitions that this set will not try any more, because an input is lost. */
    final BitSet abandoned = new BitSet();

    /** Executors, by number, that have its code. */
    final BitSet installed = new BitSet();

    /** Why it takes part in nothing any more; null as long as it does. */
    @Nullable String closed;

    /** Whether no task of it is launched any more, while those that run go on. */
    boolean held;

    boolean aside;
    long usedMilliCpus;

    @Nullable Attempt firstAttempt;
    @Nullable Attempt lastAttempt;
    int attempts;

    private final char[] launches;
    private byte @Nullable [] failures;
    private @Nullable SequencedMap<Integer, Integer> suspicions;
    private final @Nullable Attempt[] live;
    private @Nullable SequencedMap<Integer, Attempt> copies;
    private @Nullable SequencedMap<Integer, List<FailedAttempt>> history;
    private @Nullable SequencedMap<Integer, Integer> indexes;

    /** Run time of its tasks, weighted towards the latest; 0 as long as none has succeeded. */
    private double meanNanos;

    private int queueDepth;

    /** When its first task was placed; meaningful if {@link #everPlaced}. */
    long firstPlacedNanos;

    boolean everPlaced;

    /** Since when it could have run something, had it not waited for places; meaningful if {@link #waitsForPlaces}. */
    long waitsSinceNanos;

    boolean waitsForPlaces;
    long lookedNanos;

    /** Whether places have come or gone since they were looked at. */
    boolean placesChanged = true;

    /** Executors near its data that it has not tried since it was submitted; then it is told of those that change. */
    @Nullable List<ExecutorEntry> nearby;

    int nearbyCursor;
    long turn;

    @Nullable SetExclusions exclusions;
    final IntQueue wantedCopies = new IntQueue();
    @Nullable DurationHistogram durations;

    /** Null for a set whose tasks need not run all at once. */
    final @Nullable BarrierState barrier;

    ActiveSet(TaskSet tasks, Need need, SlotIndex slots, PoolEntry pool, long now) {
        int size = tasks.partitions().length;
        this.tasks = tasks;
        this.stage = tasks.stage();
        this.need = need;
        this.slots = slots;
        this.pool = pool;
        this.submittedNanos = now;
        this.barrier = tasks.barrier() ? new BarrierState() : null;
        this.pending = new PendingTasks(size);
        this.finished = new BitSet(size);
        this.launches = new char[size];
        this.live = new Attempt[size];
    }

    /** One failed attempt, for the report when there were too many. */
    record FailedAttempt(int attempt, String executor, String host, String what, String stack) {}

    int size() {
        return live.length;
    }

    boolean wantsRoom() {
        return closed == null && (pending.count() > 0 || !wantedCopies.isEmpty());
    }

    int partition(int index) {
        return tasks.partitions()[index];
    }

    /** The index of a partition, or -1. */
    int indexOf(int partition) {
        int[] partitions = tasks.partitions();
        if (partition >= 0 && partition < partitions.length && partitions[partition] == partition) {
            return partition;
        }
        if (indexes == null) {
            indexes = new LinkedHashMap<>();
            for (int i = 0; i < partitions.length; i++) {
                indexes.put(partitions[i], i);
            }
        }
        return indexes.getOrDefault(partition, -1);
    }

    /** The number of the next attempt at this task. */
    int nextAttempt(int index) {
        char number = launches[index];
        if (number < Character.MAX_VALUE) {
            launches[index]++;
        }
        return number;
    }

    void add(Attempt attempt) {
        if (live[attempt.index] == null) {
            live[attempt.index] = attempt;
        } else {
            if (copies == null) {
                copies = new LinkedHashMap<>();
            }
            copies.put(attempt.index, attempt);
        }
        attempt.previousInSet = lastAttempt;
        if (lastAttempt == null) {
            firstAttempt = attempt;
        } else {
            lastAttempt.nextInSet = attempt;
        }
        lastAttempt = attempt;
        attempts++;
    }

    void remove(Attempt attempt) {
        if (live[attempt.index] == attempt) {
            live[attempt.index] = copies == null ? null : copies.remove(attempt.index);
        } else if (copies != null) {
            copies.remove(attempt.index);
        }
        if (attempt.previousInSet == null) {
            firstAttempt = attempt.nextInSet;
        } else {
            attempt.previousInSet.nextInSet = attempt.nextInSet;
        }
        if (attempt.nextInSet == null) {
            lastAttempt = attempt.previousInSet;
        } else {
            attempt.nextInSet.previousInSet = attempt.previousInSet;
        }
        attempts--;
    }

    /** An attempt at this task that has not ended, or null. */
    @Nullable Attempt live(int index) {
        return live[index];
    }

    /** The second attempt that runs beside {@link #live}, or null. */
    @Nullable Attempt copy(int index) {
        return copies == null ? null : copies.get(index);
    }

    /** Counts a failure and returns how many there were. */
    int failed(int index) {
        if (failures == null) {
            failures = new byte[live.length];
        }
        return ++failures[index];
    }

    /** Counts an executor that was killed under the task, and returns how many there were. */
    int suspected(int index) {
        if (suspicions == null) {
            suspicions = new LinkedHashMap<>();
        }
        return suspicions.merge(index, 1, Integer::sum);
    }

    void remember(int index, FailedAttempt failure) {
        if (history == null) {
            history = new LinkedHashMap<>();
        }
        history.computeIfAbsent(index, _ -> new ArrayList<>()).add(failure);
    }

    List<FailedAttempt> failuresOf(int index) {
        return history == null ? List.of() : history.getOrDefault(index, List.of());
    }

    /** Those of all tasks, of this one last. */
    List<FailedAttempt> failuresOfAll(int index) {
        var all = new ArrayList<FailedAttempt>();
        if (history != null) {
            history.forEach((other, failures) -> {
                if (other != index) {
                    all.addAll(failures);
                }
            });
        }
        all.addAll(failuresOf(index));
        return all;
    }

    /** A task ran this long. */
    void ran(long nanos, QueueAhead config) {
        meanNanos = meanNanos == 0 ? Math.max(1, nanos) : meanNanos + (nanos - meanNanos) / 8;
        queueDepth = barrier != null ? 0 : QueuePolicy.depth(config, meanNanos);
        if (durations != null) {
            durations.add(nanos);
        }
    }

    /** 0 if nothing is known. */
    double meanNanos() {
        return meanNanos;
    }

    /** How many of its tasks may queue per slot. */
    int queueDepth() {
        return queueDepth;
    }

    SchedulingView.TaskSetLine line() {
        int running = 0;
        for (Attempt attempt = firstAttempt; attempt != null; attempt = attempt.nextInSet) {
            running += attempt.held ? 1 : 0;
        }
        return new SchedulingView.TaskSetLine(
                stage, tasks.name(), size(), pending.count(), running, attempts - running, finishedCount);
    }

    @Override
    public String toString() {
        return stage + " (" + tasks.name() + ")";
    }
}
