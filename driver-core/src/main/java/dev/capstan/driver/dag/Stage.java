package dev.capstan.driver.dag;

import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.task.ShuffleInputs;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A stage while somebody needs it, or for as long as its map outputs may be used again.
 *
 * <p>Each wanted partition is finished, in flight in exactly one attempt, or missing. Several attempts may be in flight
 * for different partitions: when an input is lost, the attempt launches no more but what runs goes on, and a new
 * attempt computes the rest.
 */
final class Stage {
    private static final int NOWHERE = -1;

    final StageId id;

    /** Without code and inputs while nobody needs it, so that it keeps no lineage from being forgotten. */
    StagePlan plan;

    /** Null for a stage that computes results. */
    final @Nullable MapOutputs outputs;

    /** The jobs that need it now. */
    final TreeSet<JobId> jobs = new TreeSet<>();

    /** Partitions whose additions to accumulators have counted; null as long as there was none. */
    private @Nullable BitSet counted;

    private final BitSet wanted;
    private final BitSet finished;
    private final int wantedCount;
    private final int[] inFlightIn;
    private final Map<Integer, Attempt> attempts = new LinkedHashMap<>();
    private int nextAttempt;

    /** Since it was last complete, or last needed by nobody. */
    private int attemptsInARow;

    private int fruitless;

    /** Attempts before this one ran side by side with the one that was counted last. */
    private int countedBefore;

    private int finishedResults;

    /** The stages that wait for this one's outputs. */
    final TreeSet<StageId> waiting = new TreeSet<>();

    /** Set once a cached partition that was thought to be there was not: from then on nothing is skipped for it. */
    boolean distrustsCache;

    int failedTasks;

    /** One submission. */
    private static final class Attempt {
        final List<ShuffleInputs> inputs;
        boolean launching = true;
        boolean fruitful;
        int inFlight;

        Attempt(List<ShuffleInputs> inputs, int inFlight) {
            this.inputs = inputs;
            this.inFlight = inFlight;
        }
    }

    private Stage(StageId id, StagePlan plan, BitSet wanted, @Nullable MapOutputs outputs) {
        this.id = id;
        this.plan = plan;
        this.wanted = wanted;
        this.wantedCount = wanted.cardinality();
        this.finished = new BitSet(plan.partitions());
        this.outputs = outputs;
        this.inFlightIn = new int[plan.partitions()];
        Arrays.fill(inFlightIn, NOWHERE);
    }

    static Stage writing(StageId id, StagePlan plan) {
        var all = new BitSet(plan.partitions());
        all.set(0, plan.partitions());
        return new Stage(id, plan, all, new MapOutputs(plan.partitions()));
    }

    static Stage computing(StageId id, StagePlan plan, int[] partitions) {
        var some = new BitSet(plan.partitions());
        for (int partition : partitions) {
            some.set(partition);
        }
        return new Stage(id, plan, some, null);
    }

    boolean complete() {
        return finishedCount() == wantedCount;
    }

    int finishedCount() {
        return outputs == null ? finishedResults : outputs.known();
    }

    /** Nobody needs it for now. */
    void rest() {
        if (outputs != null) {
            plan = plan.atRest();
        }
    }

    /** Somebody may need it again. */
    void wake(StagePlan again) {
        if (plan.isAtRest()) {
            plan = again;
        }
    }

    int total() {
        return wantedCount;
    }

    boolean isFinished(int partition) {
        return outputs == null ? finished.get(partition) : outputs.has(partition);
    }

    /** The partitions that are neither finished nor in flight. */
    int[] missing() {
        int[] missing = new int[wantedCount];
        int count = 0;
        for (int p = wanted.nextSetBit(0); p >= 0; p = wanted.nextSetBit(p + 1)) {
            if (inFlightIn[p] == NOWHERE && !isFinished(p)) {
                missing[count++] = p;
            }
        }
        return Arrays.copyOf(missing, count);
    }

    /** All partitions: tasks that wait for each other run again together, also those whose outputs are still there. */
    int[] all() {
        if (outputs != null) {
            outputs.clear();
        }
        return wanted.stream().toArray();
    }

    StageAttempt begin(int[] partitions, List<ShuffleInputs> inputs) {
        int number = nextAttempt++;
        attemptsInARow++;
        attempts.put(number, new Attempt(inputs, partitions.length));
        for (int partition : partitions) {
            inFlightIn[partition] = number;
        }
        return new StageAttempt(id, number);
    }

    /** Whether what the task of the partition has added to accumulators is to count, which it does once. */
    boolean countOnce(int partition) {
        if (counted == null) {
            counted = new BitSet(plan.partitions());
        }
        boolean first = !counted.get(partition);
        counted.set(partition);
        return first;
    }

    boolean hasRun() {
        return nextAttempt > 0;
    }

    int attemptsInARow() {
        return attemptsInARow;
    }

    /** It is complete, or nobody needs it: attempts to come have nothing to do with those before. */
    void forgetAttemptsMade() {
        attemptsInARow = 0;
        fruitless = 0;
    }

    /**
     * @return the attempt that computes the partition now and need not, because it was finished by another; or null
     */
    @Nullable StageAttempt finish(int attempt, int partition) {
        Attempt by = attempts.get(attempt);
        if (by != null) {
            by.fruitful = true;
        }
        fruitless = 0;
        int other = inFlightIn[partition];
        land(partition);
        if (!finished.get(partition)) {
            finished.set(partition);
            finishedResults++;
        }
        return other == NOWHERE || other == attempt ? null : new StageAttempt(id, other);
    }

    /** The attempt will not compute the partition. */
    void drop(int attempt, int partition) {
        if (inFlightIn[partition] == attempt) {
            land(partition);
        }
    }

    private void land(int partition) {
        int number = inFlightIn[partition];
        inFlightIn[partition] = NOWHERE;
        Attempt attempt = attempts.get(number);
        if (attempt != null && --attempt.inFlight == 0) {
            attempts.remove(number);
        }
    }

    /** Forgets an attempt and what it had in flight. */
    void end(int number) {
        attempts.remove(number);
        for (int p = 0; p < inFlightIn.length; p++) {
            if (inFlightIn[p] == number) {
                inFlightIn[p] = NOWHERE;
            }
        }
    }

    boolean isLaunching(int number) {
        Attempt attempt = attempts.get(number);
        return attempt != null && attempt.launching;
    }

    /** The attempt launches no more: an input of it is lost. */
    void hold(int number) {
        Attempt attempt = attempts.get(number);
        if (attempt != null) {
            attempt.launching = false;
        }
    }

    /**
     * Of attempts that run side by side only the first counts: they may all have met the same trouble.
     *
     * @return how many attempts in a row met a lost input without having finished a partition
     */
    int countFruitless(int number) {
        Attempt attempt = attempts.get(number);
        if (attempt != null && attempt.fruitful) {
            fruitless = 0;
        } else if (number >= countedBefore) {
            fruitless++;
            countedBefore = nextAttempt;
        }
        return fruitless;
    }

    List<StageAttempt> inFlight() {
        List<StageAttempt> list = new ArrayList<>();
        for (Integer number : attempts.keySet()) {
            list.add(new StageAttempt(id, number));
        }
        return list;
    }

    List<StageAttempt> launching() {
        List<StageAttempt> list = new ArrayList<>();
        attempts.forEach((number, attempt) -> {
            if (attempt.launching) {
                list.add(new StageAttempt(id, number));
            }
        });
        return list;
    }

    /** The launching attempts that read map outputs of this executor. */
    List<StageAttempt> launchingFrom(ExecutorId executor) {
        return launchingThatRead(inputs -> inputs.locations().contains(executor));
    }

    /** The launching attempts that read this map output of this executor. */
    List<StageAttempt> launchingFrom(ShuffleId shuffle, int map, ExecutorId executor) {
        return launchingThatRead(
                inputs -> inputs.shuffle().equals(shuffle) && executor.equals(inputs.locations().get(map)));
    }

    private List<StageAttempt> launchingThatRead(Predicate<ShuffleInputs> what) {
        List<StageAttempt> list = new ArrayList<>();
        attempts.forEach((number, attempt) -> {
            if (attempt.launching && attempt.inputs.stream().anyMatch(what)) {
                list.add(new StageAttempt(id, number));
            }
        });
        return list;
    }

    DagView.StageLine line() {
        List<ShuffleId> reads = new ArrayList<>();
        for (Attempt attempt : attempts.values()) {
            if (attempt.launching) {
                attempt.inputs.forEach(inputs -> reads.add(inputs.shuffle()));
            }
        }
        return new DagView.StageLine(
                id,
                plan.name(),
                plan.writes(),
                finishedCount(),
                total(),
                attempts.values().stream().mapToInt(attempt -> attempt.inFlight).sum(),
                failedTasks,
                inFlight(),
                launching(),
                reads);
    }
}
