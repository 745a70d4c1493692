package dev.capstan.bench.spark;

import dev.capstan.bench.side.Expect;
import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Stopwatch;

import org.apache.spark.api.java.JavaSparkContext;

import java.util.Arrays;

/** The twin of Capstan's program of this name. */
final class JobLatency {
    private static final int JOBS = 1_000;

    private JobLatency() {}

    static Program prepare(JavaSparkContext context, int tasks) {
        return () -> {
            double[] micros = new double[JOBS];
            long sum = 0;
            for (int i = 0; i < JOBS; i++) {
                Stopwatch watch = Stopwatch.started();
                sum += context.sc().range(0, 10, 1, tasks).count();
                micros[i] = watch.micros();
            }
            Arrays.sort(micros);
            Expect.equal(10L * JOBS, sum, "numbers in all jobs");
            return Figure.of(micros[JOBS / 2], sum);
        };
    }
}
