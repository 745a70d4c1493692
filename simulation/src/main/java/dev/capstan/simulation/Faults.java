package dev.capstan.simulation;

import dev.capstan.engine.id.StageId;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** How bad a run is, drawn from its seed: some runs have hardly a fault, some have all of them at once. */
final class Faults {
    /** So many failures of one task are never enough to fail its job. */
    private static final int MOST_FAILURES_OF_A_TASK = 2;

    private static final long ROUGH = 0x5DEECE66DL;

    private final SplittableRandom random;
    private final int failuresPerMille;
    private final int stragglersPerMille;
    private final boolean shortTasks;
    private final boolean smallInline;
    private final Map<String, Integer> failures = new HashMap<>(); // looked up, never iterated
    private boolean healed;

    final int executors;
    final int crashes;
    final int lostOutputs;
    final int cancellations;
    final int repeatedPerMille;
    final int lostPerMille;
    final int silences;
    final boolean speculation;
    final boolean fair;
    final boolean crashesAreTold;

    // what a rougher run has besides; drawn from a source of its own
    final int storms;
    final int resizes;
    final int forgotten;
    final int cancelledByKind;
    final int moreJobs;
    final boolean diesAtBirth;
    final boolean slowNetwork;
    final boolean skewed;
    final boolean barriers;

    /** Whether programs ask for barriers themselves, in the midst of their lineage. */
    final boolean barrierSteps;

    final boolean pools;
    final boolean wideTasks;
    final boolean oneFailureOnly;

    Faults(SplittableRandom random, long seed) {
        this.random = random;
        var rough = new SplittableRandom(seed ^ ROUGH);
        boolean any = rough.nextInt(3) > 0;
        this.storms = any && rough.nextInt(3) == 0 ? 1 + rough.nextInt(20) : 0;
        this.resizes = any && rough.nextInt(3) == 0 ? rough.nextInt(30) : 0;
        this.forgotten = any && rough.nextInt(3) == 0 ? rough.nextInt(30) : 0;
        this.cancelledByKind = any && rough.nextInt(3) == 0 ? rough.nextInt(8) : 0;
        this.moreJobs = any && rough.nextInt(3) == 0 ? rough.nextInt(15) : 0;
        this.diesAtBirth = any && rough.nextInt(4) == 0;
        this.slowNetwork = any && rough.nextInt(6) == 0;
        this.skewed = any && rough.nextInt(3) == 0;
        this.barriers = any && rough.nextInt(3) == 0;
        this.pools = any && rough.nextInt(3) == 0;
        this.wideTasks = any && rough.nextInt(4) == 0;
        this.oneFailureOnly = any && rough.nextInt(4) == 0;
        boolean lossy = any && rough.nextInt(5) == 0;
        this.barrierSteps = barriers && rough.nextInt(3) == 0;
        int failuresDrawn = pick(0, 20, 150);
        this.failuresPerMille = oneFailureOnly ? 0 : failuresDrawn;
        this.stragglersPerMille = pick(0, 10, 80);
        this.shortTasks = random.nextBoolean();
        this.smallInline = random.nextInt(3) == 0;
        this.executors = 1 + random.nextInt(5);
        this.crashes = pick(0, 1, 6);
        this.lostOutputs = pick(0, 2, 10);
        this.cancellations = pick(0, 0, 2);
        this.repeatedPerMille = pick(0, 20, 200);
        int lostDrawn = pick(0, 0, 20);
        this.lostPerMille = lossy ? 50 : lostDrawn;
        this.silences = pick(0, 0, 2);
        this.speculation = random.nextBoolean();
        this.fair = random.nextBoolean();
        this.crashesAreTold = random.nextInt(4) > 0;
    }

    private int pick(int calm, int usual, int wild) {
        return switch (random.nextInt(3)) {
            case 0 -> calm;
            case 1 -> usual;
            default -> wild;
        };
    }

    /** No new faults from now on. */
    void heal() {
        healed = true;
    }

    long inlineResultBytes() {
        return smallInline ? 32 : 1 << 20;
    }

    Duration runTime() {
        long micros = shortTasks ? 50 + random.nextLong(500) : 1_000 + random.nextLong(200_000);
        boolean straggles = !healed && random.nextInt(1000) < stragglersPerMille;
        return Duration.ofNanos(micros * 1_000 * (straggles ? 50 : 1));
    }

    boolean noticesInterrupt() {
        return random.nextInt(10) > 0;
    }

    boolean failsTask(StageId stage, int partition) {
        if (healed || random.nextInt(1000) >= failuresPerMille) {
            return false;
        }
        // the failures of a barrier set count together, because each makes all of it run again
        String what = barriers ? stage.toString() : stage + "/" + partition;
        return failures.merge(what, 1, Integer::sum) <= MOST_FAILURES_OF_A_TASK;
    }
}
