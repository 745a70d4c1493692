package dev.capstan.bench.spark;

import dev.capstan.bench.side.Expect;
import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Stopwatch;

import org.apache.spark.api.java.JavaSparkContext;

/** The twin of Capstan's program of this name. */
final class TaskRate {
    private TaskRate() {}

    static Program prepare(JavaSparkContext context, int tasks) {
        return () -> {
            Stopwatch watch = Stopwatch.started();
            long count = context.sc().range(0, tasks, 1, tasks).count();
            double seconds = watch.seconds();
            Expect.equal(tasks, count, "numbers");
            return Figure.of(tasks / seconds, count);
        };
    }
}
