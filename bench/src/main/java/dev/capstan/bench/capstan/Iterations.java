package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Expect;
import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Heap;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.Stopwatch;
import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.Rdd;
import dev.capstan.engine.function.Pair;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A program of 1,000 iterations, each of which shuffles a small cached dataset anew. The figure is the mean time of an
 * iteration without the collections of garbage between; the notes say whether time or heap grow on the way.
 */
final class Iterations {
    private static final int ITERATIONS = 1_000;
    private static final int NUMBERS = 10_000;
    private static final int KEYS = 10;

    private Iterations() {}

    static Program prepare(CapstanContext context, Setting setting) {
        int iterations = setting.scaled(ITERATIONS);
        Rdd<Long> numbers = context.range(0, NUMBERS, 1, 4).cache();
        return () -> {
            Map<String, Double> notes = new LinkedHashMap<>();
            double millis = 0;
            long sum = 0;
            for (int i = 1; i <= iterations; i++) {
                Stopwatch watch = Stopwatch.started();
                sum +=
                        numbers.mapToPair(number -> Pair.of((int) (number % KEYS), number))
                                .reduceByKey(Long::sum)
                                .collect()
                                .size();
                millis += watch.millis();
                if (i == 100 || i == 500 || i == 1_000) {
                    notes.put("ms per iteration to " + i, millis / i);
                    notes.put("MB of heap after " + i, Heap.megabytesAfterCollection());
                }
            }
            Expect.equal((long) KEYS * iterations, sum, "keys in all iterations");
            return new Figure(millis / iterations, String.valueOf(sum), notes);
        };
    }
}
