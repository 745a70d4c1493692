package dev.capstan.bench;

import java.util.Arrays;
import java.util.Locale;

/** The figures of one workload. Quote the median: these machines are noisy. */
public record Result(String name, String unit, double median, double least, double most, int repeats) {
    static Result of(Workload workload, double[] figures) {
        if (figures.length == 0) {
            throw new IllegalArgumentException(workload.name() + " gave no figure");
        }
        double[] sorted = figures.clone();
        Arrays.sort(sorted);
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return new Result(
                workload.name(), workload.unit(), median, sorted[0], sorted[sorted.length - 1], sorted.length);
    }

    /** One line for people. */
    public String line() {
        return String.format(
                Locale.ROOT,
                "%-24s %14s %-8s  (%s … %s, %d repeats)",
                name,
                number(median),
                unit,
                number(least),
                number(most),
                repeats);
    }

    private static String number(double value) {
        return value >= 1000 ? String.format(Locale.ROOT, "%,.0f", value) : String.format(Locale.ROOT, "%.1f", value);
    }
}
