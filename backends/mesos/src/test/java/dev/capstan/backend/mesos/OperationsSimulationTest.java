package dev.capstan.backend.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.mesos.scheduler.FrameworkScheduler;
import dev.capstan.testing.SimulationFailure;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Reservations and groups of tasks, while everything fails. */
@Tag("simulation")
class OperationsSimulationTest {
    private static final int SEEDS = 3_000;
    private static final int SEEDS_FOR_A_MUTANT = 150;
    private static final int TWICE_EVERY = 20;

    /**
     * Each of thousands of runs would log what it lives through; kept here, because loggers are forgotten otherwise.
     */
    private static final Logger FRAMEWORK = Logger.getLogger(FrameworkScheduler.class.getName());

    private final AtomicLong operations = new AtomicLong();
    private final AtomicLong joined = new AtomicLong();

    @BeforeAll
    static void beQuiet() {
        FRAMEWORK.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        FRAMEWORK.setLevel(null);
    }

    @Test
    @Timeout(600)
    void whateverFailsEachOperationEndsOnceAndIsAcknowledgedWhenThatIsDurable() throws InterruptedException {
        assertThat(run(SEEDS, OperationsMutant.NONE)).isEmpty();
        assertThat(operations.get()).as("operations asked for").isGreaterThan(SEEDS * 4L);
        assertThat(joined.get()).as("groups that joined an executor").isGreaterThan(SEEDS / 2);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    @Timeout(300)
    void aRuleThatIsBrokenOnPurposeIsFound(OperationsMutant mutant) throws InterruptedException {
        assertThat(run(SEEDS_FOR_A_MUTANT, mutant)).as("seeds that notice that " + mutant).isNotEmpty();
    }

    private List<SimulationFailure> run(int seeds, OperationsMutant mutant) throws InterruptedException {
        var next = new AtomicLong();
        var failures = new ConcurrentLinkedQueue<SimulationFailure>();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            workers.add(
                    Thread.ofPlatform()
                            .name("seeds-" + i)
                            .start(() -> {
                                for (long seed = next.getAndIncrement(); seed < seeds; seed = next.getAndIncrement()) {
                                    run(seed, mutant, failures);
                                }
                            }));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        return List.copyOf(failures);
    }

    private void run(long seed, OperationsMutant mutant, ConcurrentLinkedQueue<SimulationFailure> failures) {
        try {
            OperationsSimulation.Outcome outcome = OperationsSimulation.run(seed, mutant);
            operations.addAndGet(outcome.operations());
            joined.addAndGet(outcome.joined());
            if (seed % TWICE_EVERY == 0 && !outcome.equals(OperationsSimulation.run(seed, mutant))) {
                failures.add(SimulationFailure.of(seed, "two runs of this seed differ"));
            }
        } catch (SimulationFailure failure) {
            failures.add(failure);
        } catch (RuntimeException | AssertionError bug) {
            failures.add(SimulationFailure.of(seed, String.valueOf(bug)));
        }
    }
}
