package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Expect;
import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Stopwatch;
import dev.capstan.driver.CapstanContext;

import java.util.Arrays;

/**
 * Small jobs, one after another. Timed is each, from the call that makes its dataset to its result; the figure of a run
 * is the median of its 1,000 jobs.
 */
final class JobLatency {
    private static final int JOBS = 1_000;

    private JobLatency() {}

    static Program prepare(CapstanContext context, int tasks) {
        return () -> {
            double[] micros = new double[JOBS];
            long sum = 0;
            for (int i = 0; i < JOBS; i++) {
                Stopwatch watch = Stopwatch.started();
                sum += context.range(0, 10, 1, tasks).count();
                micros[i] = watch.micros();
            }
            Arrays.sort(micros);
            Expect.equal(10L * JOBS, sum, "numbers in all jobs");
            return Figure.of(micros[JOBS / 2], sum);
        };
    }
}
