package dev.capstan.backend.mesos;

import dev.capstan.mesos.scheduler.FrameworkScheduler;
import dev.capstan.testing.SimulationFailure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Many runs of a simulation on all cores, some of them twice. */
final class Seeds {
    private static final int TWICE_EVERY = 20;

    /**
     * Each of thousands of runs would log what it lives through; kept here, because loggers are forgotten otherwise.
     */
    private static final Logger FRAMEWORK = Logger.getLogger(FrameworkScheduler.class.getName());

    private Seeds() {}

    /**
     * The seeds that failed, the least first; one whose second run has another outcome is among them.
     *
     * @param told of each outcome, on any thread
     */
    static <T> List<SimulationFailure> run(int seeds, LongFunction<T> simulation, Consumer<T> told)
            throws InterruptedException {
        var next = new AtomicLong();
        var failures = new ConcurrentLinkedQueue<SimulationFailure>();
        Runnable work =
                () -> {
                    for (long seed = next.getAndIncrement(); seed < seeds; seed = next.getAndIncrement()) {
                        runOne(seed, simulation, told, failures::add);
                    }
                };
        FRAMEWORK.setLevel(Level.OFF);
        try {
            List<Thread> workers = new ArrayList<>();
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                workers.add(Thread.ofPlatform().name("seeds-" + i).start(work));
            }
            for (Thread worker : workers) {
                worker.join();
            }
        } finally {
            FRAMEWORK.setLevel(null);
        }
        return failures.stream().sorted(Comparator.comparingLong(SimulationFailure::seed)).toList();
    }

    private static <T> void runOne(
            long seed, LongFunction<T> simulation, Consumer<T> told, Consumer<SimulationFailure> failed) {
        try {
            T outcome = simulation.apply(seed);
            told.accept(outcome);
            if (seed % TWICE_EVERY == 0) {
                T again = simulation.apply(seed);
                if (!outcome.equals(again)) {
                    failed.accept(
                            SimulationFailure.of(seed, "two runs of this seed differ: " + outcome + " and " + again));
                }
            }
        } catch (SimulationFailure failure) {
            failed.accept(failure);
        } catch (RuntimeException | AssertionError bug) {
            failed.accept(SimulationFailure.of(seed, String.valueOf(bug)));
        }
    }
}
