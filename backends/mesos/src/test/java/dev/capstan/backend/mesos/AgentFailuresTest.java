package dev.capstan.backend.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class AgentFailuresTest {
    private static final long NOW = -5_000; // monotonic time may be negative
    private final AgentFailures failures = new AgentFailures();

    private long avoidedFor(String agent) {
        Long until = failures.avoided(NOW).get(agent);
        return until == null ? 0 : Duration.ofNanos(until - NOW).toSeconds();
    }

    @Test
    void oneFailureIsForgiven() {
        failures.onFailed("agent-1", NOW);
        assertThat(failures.avoided(NOW)).isEmpty();
    }

    @Test
    void eachFurtherFailureDoublesTheTimeUpToABound() {
        failures.onFailed("agent-1", NOW);
        long last = 15;
        for (int i = 0; i < 100; i++) {
            failures.onFailed("agent-1", NOW);
            assertThat(avoidedFor("agent-1")).isEqualTo(Math.min(2 * last, 1_800));
            last = avoidedFor("agent-1");
        }
    }

    @Test
    void theTimeEnds() {
        failures.onFailed("agent-1", NOW);
        failures.onFailed("agent-1", NOW);
        assertThat(failures.avoided(NOW + Duration.ofSeconds(30).toNanos() - 1)).containsKey("agent-1");
        assertThat(failures.avoided(NOW + Duration.ofSeconds(30).toNanos())).isEmpty();
    }

    @Test
    void anExecutorThatWorksMakesItsAgentAsGoodAsNew() {
        failures.onFailed("agent-1", NOW);
        failures.onFailed("agent-1", NOW);
        failures.onWorks("agent-1");
        failures.onFailed("agent-1", NOW);
        assertThat(failures.avoided(NOW)).isEmpty();
    }

    @Test
    void agentsDoNotAnswerForEachOther() {
        failures.onFailed("agent-1", NOW);
        failures.onFailed("agent-2", NOW);
        assertThat(failures.avoided(NOW)).isEmpty();
    }

    @Test
    void anAgentThatIsToGoDownIsAvoidedWithoutAFailure() {
        failures.avoid("agent-1", Duration.ofHours(1), NOW);
        assertThat(avoidedFor("agent-1")).isEqualTo(3_600);
    }
}
