package dev.capstan.bench.spark;

import dev.capstan.bench.side.Expect;
import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Stopwatch;

import org.apache.spark.api.java.JavaSparkContext;

import java.util.concurrent.atomic.AtomicLong;

/** The twin of Capstan's program of this name. */
final class ConcurrentJobs {
    private static final int JOBS = 100;
    private static final int TASKS = 8;
    private static final int NUMBERS = 1_000;

    private ConcurrentJobs() {}

    static Program prepare(JavaSparkContext context) {
        return () -> {
            var counted = new AtomicLong();
            Thread[] threads = new Thread[JOBS];
            for (int i = 0; i < JOBS; i++) {
                threads[i] = new Thread(() -> counted.addAndGet(context.sc().range(0, NUMBERS, 1, TASKS).count()));
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
