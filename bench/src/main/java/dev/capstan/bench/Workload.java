package dev.capstan.bench;

import java.util.Set;

/**
 * Something to measure.
 *
 * @param name by which it is chosen
 * @param about what is measured, in a sentence
 * @param unit of one figure
 * @param kind how a figure is taken
 * @param warmUps runs before the first that counts
 * @param traits what else is to be known of it
 */
public record Workload(String name, String about, Unit unit, Kind kind, int warmUps, Set<Trait> traits) {
    /** How a figure is taken. */
    public enum Kind {
        /** By a program that runs in a process of its own, again and again. */
        PROGRAM,
        /** The time from the start of a process to its result. */
        START,
        /** The same on a cluster of processes on this machine. */
        CLUSTER_START,
        /** The resident memory of a process that has done a small job and is idle. */
        IDLE_MEMORY,
        /** The same of the executor that such a process has. */
        IDLE_EXECUTOR,
        /** The number of entries of the class path. */
        JARS,
        /** The size of the class path. */
        CLASS_PATH
    }

    /** What sets a workload apart from others. */
    public enum Trait {
        /** There is nothing like it to measure of a peer. */
        OURS_ALONE,
        /** The amount of data can be chosen. */
        SIZED,
        /** Not among those that are measured when none is named. */
        ONLY_WHEN_NAMED
    }

    public Workload {
        traits = Set.copyOf(traits);
    }

    static Workload program(String name, String about, Unit unit, int warmUps, Trait... traits) {
        return new Workload(name, about, unit, Kind.PROGRAM, warmUps, Set.of(traits));
    }

    static Workload process(String name, String about, Unit unit, Kind kind, int warmUps) {
        return new Workload(name, about, unit, kind, warmUps, Set.of());
    }

    /** Whether peers run it too. */
    public boolean hasPeers() {
        return !traits.contains(Trait.OURS_ALONE);
    }

    public boolean isSized() {
        return traits.contains(Trait.SIZED);
    }

    public boolean isOnlyWhenNamed() {
        return traits.contains(Trait.ONLY_WHEN_NAMED);
    }
}
