package dev.capstan.backend.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.testing.SimulationFailure;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Reservations and groups of tasks, while everything fails. */
@Tag("simulation")
class OperationsSimulationTest {
    private static final int SEEDS = 3_000;
    private static final int SEEDS_FOR_A_MUTANT = 150;
    private final AtomicLong operations = new AtomicLong();
    private final AtomicLong joined = new AtomicLong();

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
        return Seeds.run(
                seeds,
                seed -> OperationsSimulation.run(seed, mutant),
                outcome -> {
                    operations.addAndGet(outcome.operations());
                    joined.addAndGet(outcome.joined());
                });
    }
}
