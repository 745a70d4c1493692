package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Expect;
import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Stopwatch;
import dev.capstan.driver.CapstanContext;

/** An executor process for a driver that is warm: from asking for it to the first result that it gives. */
final class ExecutorStart {
    private ExecutorStart() {}

    static Program prepare() {
        return () -> {
            Stopwatch watch = Stopwatch.started();
            try (CapstanContext context =
                    CapstanContext.builder()
                            .master("local-cluster[1,1,256]")
                            .conf("capstan.console.progress", "false")
                            .create()) {
                long count = context.range(0, 1_000, 1, 1).count();
                double millis = watch.millis();
                Expect.equal(1_000, count, "numbers");
                return Figure.of(millis, count);
            }
        };
    }
}
