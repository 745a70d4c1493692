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

    Faults(SplittableRandom random) {
        this.random = random;
        this.failuresPerMille = pick(0, 20, 150);
        this.stragglersPerMille = pick(0, 10, 80);
        this.shortTasks = random.nextBoolean();
        this.smallInline = random.nextInt(3) == 0;
        this.executors = 1 + random.nextInt(5);
        this.crashes = pick(0, 1, 6);
        this.lostOutputs = pick(0, 2, 10);
        this.cancellations = pick(0, 0, 2);
        this.repeatedPerMille = pick(0, 20, 200);
        this.lostPerMille = pick(0, 0, 20);
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
        return failures.merge(stage + "/" + partition, 1, Integer::sum) <= MOST_FAILURES_OF_A_TASK;
    }
}
