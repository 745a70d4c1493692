package dev.capstan.bench.spark;

import dev.capstan.bench.side.Expect;
import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Stopwatch;

import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

import java.util.SplittableRandom;

/**
 * Broadcasts 64 MB that do not compress and reads them in 100 tasks. Timed is from the broadcast to the job's result.
 */
final class Broadcasting {
    private static final int BYTES = 64 << 20;
    private static final int TASKS = 100;

    private Broadcasting() {}

    static Program prepare(JavaSparkContext context) {
        byte[] bytes = new byte[BYTES];
        new SplittableRandom(1).nextBytes(bytes);
        return () -> {
            Stopwatch watch = Stopwatch.started();
            Broadcast<byte[]> everywhere = context.broadcast(bytes);
            long read =
                    Numbers.range(context, TASKS, TASKS)
                            .map(task -> (long) everywhere.value().length)
                            .reduce(Long::sum);
            double seconds = watch.seconds();
            everywhere.destroy();
            Expect.equal((long) BYTES * TASKS, read, "bytes read");
            return Figure.of(seconds * 1_000, read);
        };
    }
}
