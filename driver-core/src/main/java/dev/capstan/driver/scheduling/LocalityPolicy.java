package dev.capstan.driver.scheduling;

/**
 * Whether a task had better wait for an executor near its data: pure functions. A task waits if what waits before it at
 * that place will be done before its set's waiting time is over; it runs elsewhere at once if not.
 */
final class LocalityPolicy {
    private LocalityPolicy() {}

    /**
     * How many of the tasks that wait for a place should go on waiting for it.
     *
     * @param waiting tasks that would rather run there
     * @param slots that the place has, busy or not; 0 if it is gone or must not be used
     * @param meanNanos what one task takes there; 0 if nothing is known
     * @param remainingNanos of the set's waiting time
     */
    static int keep(int waiting, int slots, double meanNanos, long remainingNanos) {
        if (slots == 0 || remainingNanos <= 0) {
            return 0;
        }
        if (meanNanos <= 0) {
            return waiting;
        }
        double inTime = remainingNanos / meanNanos * slots;
        return (int) Math.min(waiting, inTime);
    }

    /**
     * When {@link #keep} will first ask for fewer tasks than wait now, in nanoseconds from now.
     *
     * @param meanNanos what one task takes; if {@code growing}, what the first task has taken so far without ending
     */
    static long nextLookNanos(int waiting, int slots, double meanNanos, boolean growing, long remainingNanos) {
        if (slots == 0 || waiting == 0) {
            return remainingNanos;
        }
        double rounds = (double) waiting / slots;
        // growing: (mean + t) * rounds = remaining - t; else mean * rounds = remaining - t
        double until =
                growing ? (remainingNanos - meanNanos * rounds) / (1 + rounds) : remainingNanos - meanNanos * rounds;
        return (long) Math.clamp(until, 0, (double) remainingNanos);
    }
}
