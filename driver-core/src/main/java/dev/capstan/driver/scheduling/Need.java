package dev.capstan.driver.scheduling;

import dev.capstan.kernel.resource.Resources;

import java.util.Arrays;
import java.util.Map;

/**
 * What one task takes, shared by all sets whose tasks take the same. A task that takes nothing counts as a thousandth
 * of a cpu, so that no executor gets tasks without end.
 */
final class Need {
    private static final Resources LEAST = new Resources(1, 0, Map.of());

    final Resources perTask;
    private final int[] kinds;
    private final long[] amounts;

    /** Tasks of this need that wait, of all sets; kept by {@link TaskSets}. */
    long waiting;

    /** Tasks of this need that executors have. */
    long placed;

    /** How many tasks of this need the backend was last told are wanted. */
    long told;

    /** Sets of this need. */
    int sets;

    Need(Resources wanted, ResourceKinds resourceKinds) {
        this.perTask = wanted.equals(Resources.NONE) ? LEAST : wanted;
        long[] vector = resourceKinds.vector(perTask);
        int count = (int) Arrays.stream(vector).filter(amount -> amount > 0).count();
        this.kinds = new int[count];
        this.amounts = new long[count];
        int at = 0;
        for (int kind = 0; kind < vector.length; kind++) {
            if (vector[kind] > 0) {
                kinds[at] = kind;
                amounts[at++] = vector[kind];
            }
        }
    }

    /** What it counts for when pools share cores. */
    long milliCpus() {
        return Math.max(1, perTask.milliCpus());
    }

    /** How many times it fits into these amounts. */
    int times(long[] amount) {
        long fits = Integer.MAX_VALUE;
        for (int i = 0; i < kinds.length; i++) {
            long there = kinds[i] < amount.length ? amount[kinds[i]] : 0;
            fits = Math.min(fits, there <= 0 ? 0 : there / amounts[i]);
        }
        return (int) fits;
    }

    /** The first kind of which the amounts have too little for one task, or -1. */
    int lacking(long[] amount) {
        for (int i = 0; i < kinds.length; i++) {
            if (kinds[i] >= amount.length || amount[kinds[i]] < amounts[i]) {
                return kinds[i];
            }
        }
        return -1;
    }

    /** How much one task takes of a kind. */
    long amount(int kind) {
        for (int i = 0; i < kinds.length; i++) {
            if (kinds[i] == kind) {
                return amounts[i];
            }
        }
        return 0;
    }

    boolean fits(long[] amount) {
        for (int i = 0; i < kinds.length; i++) {
            if (kinds[i] >= amount.length || amount[kinds[i]] < amounts[i]) {
                return false;
            }
        }
        return true;
    }

    void takeFrom(long[] amount) {
        for (int i = 0; i < kinds.length; i++) {
            amount[kinds[i]] -= amounts[i];
        }
    }

    /** The amounts must have been taken from the same vector, or one with more kinds. */
    void giveBackTo(long[] amount) {
        for (int i = 0; i < kinds.length; i++) {
            amount[kinds[i]] += amounts[i];
        }
    }
}
