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
 */
final class Broadcasting {
    private static final int BYTES = 64 << 20;
    private static final int TASKS = 100;

    private Broadcasting() {}

    /** As local masters do it: tasks get the object. */
    static Program prepare(CapstanContext context) {
        byte[] bytes = bytes();
        return () -> run(context, bytes);
    }

    /** The value is serialized and travels in compressed, checked pieces, as between processes. */
    static Program prepareSent() {
        byte[] bytes = bytes();
        return () -> {
            try (CapstanContext context =
                    CapstanSide.settings().conf("capstan.broadcast.shareInProcess", "false").create()) {
                long started = context.range(0, TASKS, 1, TASKS).count();
                Expect.equal((long) TASKS, started, "numbers");
                return run(context, bytes);
            }
        };
    }

    private static byte[] bytes() {
        byte[] bytes = new byte[BYTES];
        new SplittableRandom(1).nextBytes(bytes);
        return bytes;
    }

    private static Figure run(CapstanContext context, byte[] bytes) {
        Stopwatch watch = Stopwatch.started();
        Broadcast<byte[]> everywhere = context.broadcast(bytes);
        long read = context.range(0, TASKS, 1, TASKS).map(_ -> (long) everywhere.value().length).reduce(Long::sum);
        double seconds = watch.seconds();
        everywhere.destroy();
        Expect.equal((long) BYTES * TASKS, read, "bytes read");
        return Figure.of(seconds * 1_000, read);
    }
}
