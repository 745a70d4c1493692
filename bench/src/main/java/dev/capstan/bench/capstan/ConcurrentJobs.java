package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Expect;
import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Stopwatch;
import dev.capstan.driver.CapstanContext;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A hundred threads submit a job of eight tasks each at once. Timed is from the first thread's start to the last
 * result.
 */
final class ConcurrentJobs {
    private static final int JOBS = 100;
    private static final int TASKS = 8;
    private static final int NUMBERS = 1_000;

    private ConcurrentJobs() {}

    static Program prepare(CapstanContext context) {
        return () -> {
            var counted = new AtomicLong();
            Thread[] threads = new Thread[JOBS];
            for (int i = 0; i < JOBS; i++) {
                threads[i] = new Thread(() -> counted.addAndGet(context.range(0, NUMBERS, 1, TASKS).count()));
            }
            Stopwatch watch = Stopwatch.started();
            for (Thread thread : threads) {
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            double millis = watch.millis();
            Expect.equal((long) JOBS * NUMBERS, counted.get(), "numbers in all jobs");
            return Figure.of(millis, counted.get());
        };
    }
}
