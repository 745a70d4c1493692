package dev.capstan.driver.scheduling;

import java.util.Comparator;

/** Who goes first: pure functions over values. */
final class PlacingOrder {
    private PlacingOrder() {}

    /**
     * What the order of pools looks at.
     *
     * @param usedMilliCpus cores that its tasks have been given, in thousandths
     */
    record Share(String pool, int weight, int minShare, long usedMilliCpus) {
        boolean needy() {
            return usedMilliCpus < 1000L * minShare;
        }
    }

    /**
     * Pools below their minimum share first, the one that has least of it before the others; then by what they use
     * relative to their weight; then by name.
     */
    static int compare(Share one, Share other) {
        boolean needy = one.needy();
        if (needy != other.needy()) {
            return needy ? -1 : 1;
        }
        // a/b < c/d without division: a*d < c*b; no product overflows below some billion cores
        int byRatio =
                needy
                        ? Long.compare(one.usedMilliCpus * other.minShare, other.usedMilliCpus * one.minShare)
                        : Long.compare(one.usedMilliCpus * other.weight, other.usedMilliCpus * one.weight);
        return byRatio != 0 ? byRatio : one.pool.compareTo(other.pool);
    }

    /** Earlier jobs first, of one job earlier stages, of one stage earlier attempts. */
    static final Comparator<ActiveSet> BY_AGE =
            (one, other) -> {
                int byJob = one.tasks.job().compareTo(other.tasks.job());
                return byJob != 0 ? byJob : one.stage.compareTo(other.stage);
            };

    /** Those that use least first, then by age. */
    static final Comparator<ActiveSet> BY_USE =
            (one, other) -> {
                int byUse = Long.compare(one.usedMilliCpus, other.usedMilliCpus);
                return byUse != 0 ? byUse : BY_AGE.compare(one, other);
            };
}
