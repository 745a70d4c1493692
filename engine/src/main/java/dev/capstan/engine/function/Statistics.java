package dev.capstan.engine.function;

import java.io.Serializable;

/**
 * What there is to know of many numbers at a glance.
 *
 * @param count how many
 * @param mean NaN of none
 * @param squares the sum of the squared distances from the mean
 * @param min infinity of none
 * @param max minus infinity of none
 */
public record Statistics(long count, double mean, double squares, double min, double max) implements Serializable {
    /** Of no numbers. */
    public static final Statistics NONE =
            new Statistics(0, Double.NaN, 0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

    /** Of these numbers and those. */
    public Statistics merge(Statistics other) {
        if (count == 0 || other.count == 0) {
            return count == 0 ? other : this;
        }
        long both = count + other.count;
        double distance = other.mean - mean;
        return new Statistics(
                both,
                mean + distance * other.count / both,
                squares + other.squares + distance * distance * ((double) count * other.count / both),
                Math.min(min, other.min),
                Math.max(max, other.max));
    }

    public double sum() {
        return count == 0 ? 0 : mean * count;
    }

    /** Of all numbers there are; NaN of none. */
    public double variance() {
        return count == 0 ? Double.NaN : squares / count;
    }

    public double stdev() {
        return Math.sqrt(variance());
    }

    /** Estimated from these numbers as a sample of many more; NaN of less than two. */
    public double sampleVariance() {
        return count < 2 ? Double.NaN : squares / (count - 1);
    }

    public double sampleStdev() {
        return Math.sqrt(sampleVariance());
    }

    @Override
    public String toString() {
        return "(count: " + count + ", mean: " + mean + ", stdev: " + stdev() + ", min: " + min + ", max: " + max + ")";
    }
}
