package dev.capstan.kernel.actor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks at the loops of a process now and then, and dumps the flight recorder and the stack of one whose turn takes too
 * long: a handler must never block. Each stall is told once.
 */
public final class StallWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(StallWatch.class.getName());

    private final Duration limit;
    private final Map<ActorLoop, Boolean> loops = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    public StallWatch(Duration limit) {
        this.limit = limit;
        this.thread = Thread.ofVirtual().name("stall-watch").unstarted(this::run);
    }

    public StallWatch start() {
        thread.start();
        return this;
    }

    public void watch(ActorLoop loop) {
        loops.put(loop, false);
    }

    private void run() {
        try {
            while (!closed.await(Math.max(1, limit.toMillis() / 4), TimeUnit.MILLISECONDS)) {
                look(System.nanoTime()).forEach((loop, taken) -> report(loop, taken));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody wants this thread to end
        }
    }

    /** The loops that have begun to stall since the last look. */
    Map<ActorLoop, Duration> look(long nowNanos) {
        Map<ActorLoop, Duration> stalled = new LinkedHashMap<>();
        loops.replaceAll((loop, told) -> {
            Duration taken = loop.turnTaken(nowNanos);
            boolean stalls = taken.compareTo(limit) > 0;
            if (stalls && !told) {
                stalled.put(loop, taken);
            }
            return stalls;
        });
        return stalled;
    }

    private static void report(ActorLoop loop, Duration taken) {
        List<String> lines = new ArrayList<>(loop.recorder().dump());
        for (StackTraceElement frame : loop.thread().getStackTrace()) {
            lines.add("at " + frame);
        }
        String what = loop.name() + " has been in one turn for " + taken.toMillis() + " ms";
        LOG.log(System.Logger.Level.WARNING, () -> ActorLoop.describe(what, lines));
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
