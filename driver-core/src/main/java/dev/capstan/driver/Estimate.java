package dev.capstan.driver;

/**
 * A number known from some of the partitions.
 *
 * <p>The partitions that were there are taken for a random choice of all: with the confidence as probability the true
 * number lies within the bounds. Data that is ordered over its partitions, or partitions that take the longer the more
 * they hold, make the estimate worse than that.
 *
 * @param mean the best guess
 * @param low lower bound
 * @param high upper bound; infinite while too little is known
 * @param confidence 1 if complete
 * @param complete whether all partitions were there, so that the number is exact
 */
public record Estimate(double mean, double low, double high, double confidence, boolean complete) {
    static Estimate exactly(double value) {
        return new Estimate(value, value, value, 1, true);
    }

    @Override
    public String toString() {
        return complete
                ? Double.toString(mean)
                : mean + " [" + low + ", " + high + "] with " + confidence * 100 + " % confidence";
    }
}
