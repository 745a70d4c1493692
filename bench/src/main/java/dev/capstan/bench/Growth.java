package dev.capstan.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the time of a workload grows with its data. */
public final class Growth {
    private Growth() {}

    /**
     * For each side the time for as much data as the smallest run had, relative to that run: 1 at every size is linear.
     *
     * @param sizes the same workload at several sizes
     */
    public static String line(List<Comparison> sizes) {
        List<Comparison> sorted = sizes.stream().sorted(Comparator.comparingDouble(Comparison::size)).toList();
        Comparison smallest = sorted.getFirst();
        StringBuilder line = new StringBuilder("    time per unit of data");
        for (int side = 0; side < smallest.sides().size(); side++) {
            int number = side;
            double unit = perUnit(smallest, number);
            line.append(", ").append(smallest.sides().get(number).side()).append(": ");
            line.append(
                    sorted.stream()
                            .map(each ->
                                    String.format(
                                            Locale.ROOT, "%.2f at x%s", perUnit(each, number) / unit, each.sizeText()))
                            .collect(Collectors.joining(", ")));
        }
        return line.append(" (1.00 is linear)").toString();
    }

    private static double perUnit(Comparison comparison, int side) {
        return comparison.sides().get(side).result().median() / comparison.size();
    }
}
