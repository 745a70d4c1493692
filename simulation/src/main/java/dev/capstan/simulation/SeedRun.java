package dev.capstan.simulation;

import dev.capstan.testing.SimulationFailure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Runs many seeds on several threads; every tenth is run twice and must do the same both times. */
public final class SeedRun {
    private static final int TWICE_EVERY = 10;

    private SeedRun() {}

    /**
     * What all seeds did together.
     *
     * @param failures in order of their seeds
     */
    public record Summary(
            long seeds,
            long from,
            Duration virtual,
            long events,
            long jobs,
            long tasks,
            long ranTwice,
            List<SimulationFailure> failures) {
        public Summary {
            failures = List.copyOf(failures);
        }
    }

    private static final class Totals {
        final AtomicLong virtualNanos = new AtomicLong();
        final AtomicLong events = new AtomicLong();
        final AtomicLong jobs = new AtomicLong();
        final AtomicLong tasks = new AtomicLong();
        final AtomicLong ranTwice = new AtomicLong();
        final ConcurrentLinkedQueue<SimulationFailure> failures = new ConcurrentLinkedQueue<>();
    }

    /**
     * Runs the seeds {@code from} … {@code from + seeds - 1}.
     *
     * @param done told each seed that is over, from any of the threads
     */
    public static Summary run(long from, long seeds, Mutant mutant, int threads, LongConsumer done)
            throws InterruptedException {
        var totals = new Totals();
        var next = new AtomicLong(from);
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            workers.add(
                    Thread.ofPlatform()
                            .name("seeds-" + i)
                            .start(() -> {
                                for (long seed = next.getAndIncrement();
                                        seed < from + seeds && !Thread.currentThread().isInterrupted();
                                        seed = next.getAndIncrement()) {
                                    runOne(seed, mutant, totals);
                                    done.accept(seed);
                                }
                            }));
        }
        try {
            for (Thread worker : workers) {
                worker.join();
            }
        } catch (InterruptedException e) {
            workers.forEach(Thread::interrupt);
            throw e;
        }
        List<SimulationFailure> failures = new ArrayList<>(totals.failures);
        failures.sort((a, b) -> Long.compare(a.seed(), b.seed()));
        return new Summary(
                seeds,
                from,
                Duration.ofNanos(totals.virtualNanos.get()),
                totals.events.get(),
                totals.jobs.get(),
                totals.tasks.get(),
                totals.ranTwice.get(),
                failures);
    }

    private static void runOne(long seed, Mutant mutant, Totals totals) {
        try {
            ClusterSimulation.Outcome outcome = ClusterSimulation.run(seed, mutant);
            totals.virtualNanos.addAndGet(outcome.virtual().toNanos());
            totals.events.addAndGet(outcome.steps());
            totals.jobs.addAndGet(outcome.jobs());
            totals.tasks.addAndGet(outcome.tasks());
            if (seed % TWICE_EVERY == 0) {
                totals.ranTwice.incrementAndGet();
                ClusterSimulation.Outcome again = ClusterSimulation.run(seed, mutant);
                if (!again.equals(outcome)) {
                    totals.failures.add(
                            SimulationFailure.of(seed, "two runs of this seed differ: " + outcome + " and " + again));
                }
            }
        } catch (SimulationFailure failure) {
            totals.failures.add(failure);
        } catch (RuntimeException | AssertionError bug) {
            totals.failures.add(SimulationFailure.of(seed, String.valueOf(bug)));
        }
    }
}
