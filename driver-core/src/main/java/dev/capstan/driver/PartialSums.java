package dev.capstan.driver;

import dev.capstan.engine.operator.ApproximateFunctions.Part;

import java.util.List;

/**
 * Estimates from the sums of some of the partitions, which are taken for a random choice of all.
 *
 * <p>How much partitions differ is seen from those that are there. It is taken to be at least as much as it would be if
 * each element had found its partition by chance: few partitions that happen to be alike must not look certain. Bounds
 * are those of Student's t distribution, and are finite from two partitions on.
 *
 * @param parts of the partitions that are there
 * @param partitions all there are
 */
record PartialSums(List<Part> parts, int partitions, double confidence) {
    private double total() {
        return parts.stream().mapToDouble(Part::sum).sum();
    }

    private double elements() {
        return parts.stream().mapToDouble(Part::count).sum();
    }

    private boolean complete() {
        return parts.size() == partitions;
    }

    /** The sum over all partitions. */
    Estimate sum() {
        if (complete()) {
            return Estimate.exactly(total());
        }
        int seen = parts.size();
        if (seen == 0) {
            return new Estimate(0, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, confidence, false);
        }
        double average = total() / seen;
        double differences = 0;
        double squares = 0;
        for (Part part : parts) {
            differences += (part.sum() - average) * (part.sum() - average);
            squares += part.squares();
        }
        double variance = Math.max(seen < 2 ? 0 : differences / (seen - 1), squares / seen);
        return around(average * partitions, partitions * Math.sqrt(variance * unseen() / seen));
    }

    /** A sum of what is never negative: at least what is there already. */
    Estimate count() {
        Estimate sum = sum();
        return sum.complete()
                ? sum
                : new Estimate(sum.mean(), Math.max(total(), sum.low()), sum.high(), confidence, false);
    }

    /** The mean of all elements. */
    Estimate mean() {
        double count = elements();
        double mean = total() / count;
        if (complete()) {
            return Estimate.exactly(mean);
        }
        if (count == 0) {
            return new Estimate(Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, confidence, false);
        }
        int seen = parts.size();
        double differences = 0;
        double within = 0;
        for (Part part : parts) {
            double difference = part.sum() - mean * part.count();
            differences += difference * difference;
            within += part.squares() - 2 * mean * part.sum() + mean * mean * part.count();
        }
        double variance = Math.max(seen < 2 ? 0 : differences * seen / (seen - 1), Math.max(0, within));
        return around(mean, Math.sqrt(variance * unseen()) / count);
    }

    /** The share of the partitions that is not there: what is known of all but a few leaves little to chance. */
    private double unseen() {
        return 1 - (double) parts.size() / partitions;
    }

    private Estimate around(double value, double standardError) {
        double width =
                parts.size() < 2
                        ? Double.POSITIVE_INFINITY
                        : StudentT.quantile(confidence, parts.size() - 1) * standardError;
        return new Estimate(value, value - width, value + width, confidence, false);
    }
}
