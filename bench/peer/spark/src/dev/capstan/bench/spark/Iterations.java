package dev.capstan.bench.spark;

import dev.capstan.bench.side.Expect;
import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Heap;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.Stopwatch;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

import scala.Tuple2;

import java.util.LinkedHashMap;
import java.util.Map;

/** The twin of Capstan's program of this name. */
final class Iterations {
    private static final int ITERATIONS = 1_000;
    private static final int NUMBERS = 10_000;
    private static final int KEYS = 10;

    private Iterations() {}

    static Program prepare(JavaSparkContext context, Setting setting) {
        int iterations = setting.scaled(ITERATIONS);
        JavaRDD<Long> numbers = Numbers.range(context, NUMBERS, 4).cache();
        return () -> {
            Map<String, Double> notes = new LinkedHashMap<>();
            double millis = 0;
            long sum = 0;
            for (int i = 1; i <= iterations; i++) {
                Stopwatch watch = Stopwatch.started();
                sum +=
                        numbers.mapToPair(number -> new Tuple2<>((int) (number % KEYS), number))
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
