package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Expect;
import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Stopwatch;
import dev.capstan.driver.CapstanContext;
import dev.capstan.engine.broadcast.Broadcast;

import java.util.SplittableRandom;

/**
 * Broadcasts 64 MB that do not compress and reads them in 100 tasks. Timed is from the broadcast to the job's result.
 * The value is serialized and travels in pieces, as between machines: a local master would otherwise hand over the
 * object itself, and there would be nothing to measure.
 */
final class Broadcasting {
    private static final int BYTES = 64 << 20;
    private static final int TASKS = 100;

    private Broadcasting() {}

    static Program prepare() {
        byte[] bytes = new byte[BYTES];
        new SplittableRandom(1).nextBytes(bytes);
        return () -> {
            try (CapstanContext context =
                    CapstanSide.settings().conf("capstan.broadcast.shareInProcess", "false").create()) {
                long first = context.range(0, TASKS, 1, TASKS).count();
                Expect.equal((long) TASKS, first, "numbers");
                return run(context, bytes);
            }
        };
    }

    private static Figure run(CapstanContext context, byte[] bytes) {
        Stopwatch watch = Stopwatch.started();
        Broadcast<byte[]> everywhere = context.broadcast(bytes);
        long read = context.range(0, TASKS, 1, TASKS).map(_ -> (long) everywhere.value().length).reduce(Long::sum);
        double seconds = watch.seconds();
        everywhere.destroy();
        Expect.equal((long) BYTES * TASKS, read, "bytes read");
        return Figure.of(seconds, read);
    }
}
