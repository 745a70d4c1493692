package dev.capstan.backend.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class AgentFailuresTest {
    private final AgentFailures failures = new AgentFailures();

    @Test
    void oneFailureIsForgiven() {
        assertThat(failures.onFailed("agent-1")).isEmpty();
    }

    @Test
    void furtherFailuresAreAnsweredByAvoidingForTwiceAsLongUpToABound() {
        failures.onFailed("agent-1");
        Duration last = failures.onFailed("agent-1").orElseThrow();
        assertThat(last).isEqualTo(Duration.ofSeconds(5));
        for (int i = 0; i < 50; i++) {
            Duration next = failures.onFailed("agent-1").orElseThrow();
            Duration doubled = last.multipliedBy(2);
            Duration most = Duration.ofMinutes(30);
            assertThat(next).isEqualTo(doubled.compareTo(most) > 0 ? most : doubled);
            last = next;
        }
    }

    @Test
    void agentsAreCountedApart() {
        failures.onFailed("agent-1");
        assertThat(failures.onFailed("agent-2")).isEmpty();
    }

    @Test
    void anAgentThatWorksIsAsGoodAsNew() {
        failures.onFailed("agent-1");
        failures.onFailed("agent-1");
        assertThat(failures.onWorks("agent-1")).isTrue();
        assertThat(failures.onWorks("agent-1")).isFalse();
        assertThat(failures.onFailed("agent-1")).isEmpty();
    }
}
