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
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;

@Tag("simulation")
class MesosSimulationTest {
    private static final int SEEDS = 3_000;
    private static final int SEEDS_FOR_A_MUTANT = 150;
    private static final int TWICE_EVERY = 20;

    /**
     * Each of thousands of runs would log what it lives through; kept here, because loggers are forgotten otherwise.
     */
    private static final Logger FRAMEWORK = Logger.getLogger(FrameworkScheduler.class.getName());

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
    void threeThousandDisastersEndWell() throws InterruptedException {
        var satisfied = new AtomicLong();
        var launched = new AtomicLong();
        List<SimulationFailure> failures = run(SEEDS, MesosMutant.NONE, satisfied, launched);
        assertThat(failures).isEmpty();
        assertThat(satisfied.get()).as("seeds that got all they wanted").isGreaterThan(SEEDS / 4);
        assertThat(launched.get()).as("executors launched").isGreaterThan(SEEDS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    @Timeout(300)
    void aRuleThatIsBrokenOnPurposeIsFound(MesosMutant mutant) throws InterruptedException {
        assertThat(run(SEEDS_FOR_A_MUTANT, mutant, new AtomicLong(), new AtomicLong()))
                .as("seeds that notice that " + mutant)
                .isNotEmpty();
    }

    /**
     * 2: the end of an executor that was given back was told twice. 19: the offers of a call that was refused were kept
     * for ever. 91: an agent was avoided for as long as a request waited. 2238: an executor was given back while its
     * agent was away, and its end was told again when the agent was given up.
     */
    @ParameterizedTest
    @ValueSource(longs = {2, 19, 91, 2238})
    void aSeedThatFailedOnceEndsWell(long seed) {
        assertThat(MesosSimulation.runAsOnce(seed).processes()).isPositive();
    }

    @Test
    void differentSeedsGiveDifferentTraces() {
        assertThat(MesosSimulation.run(1, MesosMutant.NONE).trace())
                .isNotEqualTo(MesosSimulation.run(2, MesosMutant.NONE).trace());
    }

    private static List<SimulationFailure> run(int seeds, MesosMutant mutant, AtomicLong satisfied, AtomicLong launched)
            throws InterruptedException {
        var next = new AtomicLong();
        var failures = new ConcurrentLinkedQueue<SimulationFailure>();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            workers.add(
                    Thread.ofPlatform()
                            .name("seeds-" + i)
                            .start(() -> {
                                for (long seed = next.getAndIncrement(); seed < seeds; seed = next.getAndIncrement()) {
                                    try {
                                        MesosSimulation.Outcome outcome = MesosSimulation.run(seed, mutant);
                                        satisfied.addAndGet(outcome.satisfied() ? 1 : 0);
                                        launched.addAndGet(outcome.launched());
                                        if (seed % TWICE_EVERY == 0) {
                                            requireSame(seed, outcome, MesosSimulation.run(seed, mutant));
                                        }
                                    } catch (SimulationFailure failure) {
                                        failures.add(failure);
                                    } catch (RuntimeException | AssertionError bug) {
                                        failures.add(SimulationFailure.of(seed, String.valueOf(bug)));
                                    }
                                }
                            }));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        return failures.stream().sorted(Comparator.comparingLong(SimulationFailure::seed)).toList();
    }

    private static void requireSame(long seed, MesosSimulation.Outcome one, MesosSimulation.Outcome other) {
        if (!one.equals(other)) {
            throw SimulationFailure.of(seed, "two runs of this seed differ: " + one + " and " + other);
        }
    }
}
