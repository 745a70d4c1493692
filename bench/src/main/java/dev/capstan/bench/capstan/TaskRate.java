package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Expect;
import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Stopwatch;
import dev.capstan.driver.CapstanContext;

/** One job of many tasks that do next to nothing. Timed is the action, from call to result. */
final class TaskRate {
    private TaskRate() {}

    static Program prepare(CapstanContext context, int tasks) {
        return () -> {
            Stopwatch watch = Stopwatch.started();
            long count = context.range(0, tasks, 1, tasks).count();
            double seconds = watch.seconds();
            Expect.equal(tasks, count, "numbers");
            return Figure.of(tasks / seconds, count);
        };
    }
}
