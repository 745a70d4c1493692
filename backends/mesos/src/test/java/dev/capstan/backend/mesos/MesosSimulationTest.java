package dev.capstan.backend.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.testing.SimulationFailure;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

@Tag("simulation")
class MesosSimulationTest {
    private static final int SEEDS = 3_000;
    private static final int SEEDS_FOR_A_MUTANT = 150;

    private final AtomicLong satisfied = new AtomicLong();
    private final AtomicLong launched = new AtomicLong();

    @Test
    @Timeout(600)
    void threeThousandDisastersEndWell() throws InterruptedException {
        assertThat(run(SEEDS, MesosMutant.NONE)).isEmpty();
        assertThat(satisfied.get()).as("seeds that got all they wanted").isGreaterThan(SEEDS / 4);
        assertThat(launched.get()).as("executors launched").isGreaterThan(SEEDS);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    @Timeout(300)
    void aRuleThatIsBrokenOnPurposeIsFound(MesosMutant mutant) throws InterruptedException {
        assertThat(run(SEEDS_FOR_A_MUTANT, mutant)).as("seeds that notice that " + mutant).isNotEmpty();
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

    private List<SimulationFailure> run(int seeds, MesosMutant mutant) throws InterruptedException {
        return Seeds.run(
                seeds,
                seed -> MesosSimulation.run(seed, mutant),
                outcome -> {
                    satisfied.addAndGet(outcome.satisfied() ? 1 : 0);
                    launched.addAndGet(outcome.launched());
                });
    }
}
