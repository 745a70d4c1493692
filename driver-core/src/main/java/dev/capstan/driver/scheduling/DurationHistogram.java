package dev.capstan.driver.scheduling;

/** Durations in buckets that grow by an eighth of a power of two: one addition each, quantiles within 9 %. */
final class DurationHistogram {
    private static final int STEPS = 8;

    private final int[] buckets = new int[Long.SIZE * STEPS];
    private long count;

    void add(long nanos) {
        buckets[bucket(Math.max(1, nanos))]++;
        count++;
    }

    /** A value that this share of the durations does not exceed, give or take a bucket; 0 if there are none. */
    long quantile(double share) {
        long below = (long) Math.ceil(share * count);
        for (int i = 0; i < buckets.length; i++) {
            below -= buckets[i];
            if (below <= 0 && buckets[i] > 0) {
                return upper(i);
            }
        }
        return 0;
    }

    private static int bucket(long nanos) {
        int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
        int step = power < 3 ? 0 : (int) (nanos >>> (power - 3)) & (STEPS - 1);
        return power * STEPS + step;
    }

    private static long upper(int bucket) {
        int power = bucket / STEPS;
        int step = bucket % STEPS;
        return power < 3 ? 1L << power : (1L << power) + ((long) step + 1 << (power - 3)) - 1;
    }
}
