package dev.capstan.bench;

import dev.capstan.bench.side.Figure;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The figures of one side. Quote the median: machines are noisy.
 *
 * @param notes the medians of what else the runs told, by name
 */
public record Result(double median, double least, double most, int repeats, Map<String, Double> notes) {
    static Result of(List<Figure> figures) {
        if (figures.isEmpty()) {
            throw new IllegalArgumentException("a result needs at least one figure");
        }
        double[] sorted = sorted(figures.stream().mapToDouble(Figure::value).toArray());
        var notes = new LinkedHashMap<String, Double>();
        for (String name : figures.getFirst().notes().keySet()) {
            notes.put(name, median(sorted(figures.stream().mapToDouble(each -> each.notes().get(name)).toArray())));
        }
        return new Result(median(sorted), sorted[0], sorted[sorted.length - 1], sorted.length, notes);
    }

    private static double[] sorted(double[] values) {
        Arrays.sort(values);
        return values;
    }

    private static double median(double[] sorted) {
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** The median with its unit, and between what the figures lie. */
    String text(Unit unit) {
        return number(median) + " " + unit.symbol() + " (" + number(least) + " … " + number(most) + ")";
    }

    /** So that three digits can be told apart. */
    static String number(double value) {
        String format = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }
}
