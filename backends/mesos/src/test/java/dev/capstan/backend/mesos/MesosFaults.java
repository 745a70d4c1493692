package dev.capstan.backend.mesos;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * How a seed's cluster is made, and how bad its run is: some runs have hardly a fault, some have all of them at once.
 */
final class MesosFaults {
    private static final Duration CALM_LATENCY = Duration.ofMillis(20);

    private final SplittableRandom random;
    private final int badLivesPerMille;
    private final int refusedPerMille;
    private final int repeatedPerMille;
    private final boolean slow;
    private final boolean planned;
    private boolean healed;

    final int agents;
    final int cpusPerAgent;
    final int cpusPerExecutor;
    final int ports;
    final int least;
    final int most;
    final boolean partitionAware;
    final boolean checkpoint;
    final boolean executorsOutliveDriver;
    final Duration failoverTimeout;
    final int disasters;

    /** What becomes of an executor that was launched. */
    enum Life {
        CANNOT_START,
        NEVER_REGISTERS,
        DIES_AT_BIRTH,
        DIES_LATER,
        RUNS,
        RUNS_AND_TELLS_LATE,
        RUNS_AND_NEVER_TELLS
    }

    /** Without maintenance, and without tasks of which nothing is heard. */
    MesosFaults(SplittableRandom random) {
        this(random, false);
    }

    /**
     * @param planned whether there is maintenance as well, and tasks of which nothing is heard for long; without it a
     *     seed gives the run that it gave before there was
     */
    MesosFaults(SplittableRandom random, boolean planned) {
        this.random = random;
        this.planned = planned;
        this.agents = 1 + random.nextInt(4);
        this.cpusPerAgent = 2 + random.nextInt(6);
        this.cpusPerExecutor = 1 + random.nextInt(4);
        this.ports = random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0;
        this.least = random.nextInt(3) == 0 ? 1 : 0;
        this.most = 1 + random.nextInt(12);
        this.partitionAware = random.nextInt(5) > 0;
        this.checkpoint = random.nextInt(3) > 0;
        this.executorsOutliveDriver = random.nextBoolean();
        this.failoverTimeout = Duration.ofSeconds(pick(20, 300, 3_000));
        this.disasters = pick(0, 4, 20);
        this.badLivesPerMille = pick(0, 100, 500);
        this.refusedPerMille = pick(0, 0, 20);
        this.repeatedPerMille = pick(0, 20, 200);
        this.slow = random.nextInt(4) == 0;
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

    boolean healed() {
        return healed;
    }

    Life life() {
        if (healed || random.nextInt(1000) >= badLivesPerMille) {
            return Life.RUNS;
        }
        int known = planned ? Life.values().length : Life.RUNS.ordinal() + 1;
        return Life.values()[random.nextInt(known)];
    }

    /** Which of the disasters comes next. */
    int disaster() {
        return random.nextInt(planned ? 17 : 14);
    }

    /** Of a message over one connection. */
    Duration latency() {
        long most = slow && !healed ? 3_000 : CALM_LATENCY.toMillis();
        return Duration.ofNanos(50_000 + random.nextLong(most * 1_000_000));
    }

    Duration seconds(int least, int most) {
        return Duration.ofMillis(1_000L * least + random.nextLong(1_000L * (most - least) + 1));
    }

    boolean refusesCall() {
        return !healed && random.nextInt(1000) < refusedPerMille;
    }

    boolean repeats() {
        return !healed && random.nextInt(1000) < repeatedPerMille;
    }

    boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }
}
