package dev.capstan.examples;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.Rdd;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Sorts random numbers across partitions, and looks whether they are in order. */
public final class Sort {
    private Sort() {}

    /** Arguments: how many numbers and in how many partitions, 1,000,000 and 8 unless given. */
    public static void main(String[] arguments) {
        var given = new Arguments("sort [NUMBERS [PARTITIONS]]", arguments, 2);
        long count = given.number(0, 1_000_000, 1_000_000_000);
        int partitions = (int) given.number(1, 8, 10_000);
        try (var capstan = CapstanContext.create()) {
            Rdd<Long> sorted =
                    capstan.range(0, count, 1, partitions)
                            .map(seed -> new SplittableRandom(seed).nextLong())
                            .sortBy(number -> number, true, partitions);

            List<List<Long>> ends = sorted.glom().filter(part -> !part.isEmpty()).map(Sort::checked).collect();

            List<Long> all = new ArrayList<>();
            ends.forEach(all::addAll);
            checked(all);
            for (List<Long> part : ends) {
                System.out.println("from " + part.getFirst() + " to " + part.getLast());
            }
            System.out.println(count + " numbers are in order in " + ends.size() + " partitions");
        }
    }

    /** The first and the last of numbers that are in order. */
    private static List<Long> checked(List<Long> numbers) {
        for (int i = 1; i < numbers.size(); i++) {
            if (numbers.get(i) < numbers.get(i - 1)) {
                throw new IllegalStateException(numbers.get(i) + " stands after " + numbers.get(i - 1));
            }
        }
        return List.of(numbers.getFirst(), numbers.getLast());
    }
}
