package dev.capstan.mesos.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.mesos.master.HostPort;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

class AgentEnvironmentTest {
    /** As a real agent gave them. */
    private static Map<String, String> recorded() {
        return new HashMap<>(
                Map.of(
                        "MESOS_AGENT_ENDPOINT",
                        "127.0.0.1:15362",
                        "MESOS_SLAVE_ID",
                        "d186-S1",
                        "MESOS_FRAMEWORK_ID",
                        "d186-0000",
                        "MESOS_EXECUTOR_ID",
                        "e3",
                        "MESOS_CHECKPOINT",
                        "1",
                        "MESOS_RECOVERY_TIMEOUT",
                        "3mins",
                        "MESOS_SUBSCRIPTION_BACKOFF_MAX",
                        "4secs",
                        "MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD",
                        "250ms",
                        "MESOS_EXECUTOR_AUTHENTICATION_TOKEN",
                        "a.b.c"));
    }

    @Test
    void whatAnAgentGivesIsUnderstood() {
        AgentEnvironment environment = AgentEnvironment.from(recorded());
        assertThat(environment)
                .isEqualTo(
                        new AgentEnvironment(
                                new HostPort("127.0.0.1", 15_362),
                                "d186-S1",
                                "d186-0000",
                                "e3",
                                true,
                                Duration.ofMinutes(3),
                                Duration.ofSeconds(4),
                                Duration.ofMillis(250),
                                "a.b.c",
                                false,
                                ""));
        assertThat(environment.toString()).doesNotContain("a.b.c");
    }

    @Test
    void anExecutorWithoutCheckpointGetsNoTimeOfRecovery() {
        Map<String, String> variables = recorded();
        variables.put("MESOS_CHECKPOINT", "0");
        variables.remove("MESOS_RECOVERY_TIMEOUT");
        variables.remove("MESOS_SUBSCRIPTION_BACKOFF_MAX");
        AgentEnvironment environment = AgentEnvironment.from(variables);
        assertThat(environment.checkpoint()).isFalse();
        assertThat(environment.mostBackoff()).isEqualTo(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @CsvSource({"10ns, 10", "2.5us, 2500", "1.5secs, 1500000000", "2hrs, 7200000000000", "1weeks, 604800000000000"})
    void durationsComeInAllUnits(String text, long nanos) {
        Map<String, String> variables = recorded();
        variables.put("MESOS_RECOVERY_TIMEOUT", text);
        assertThat(AgentEnvironment.from(variables).recovery()).isEqualTo(Duration.ofNanos(nanos));
    }

    @ParameterizedTest
    @ValueSource(strings = {"MESOS_AGENT_ENDPOINT", "MESOS_SLAVE_ID", "MESOS_FRAMEWORK_ID", "MESOS_EXECUTOR_ID"})
    void whatIsMissingIsNamed(String name) {
        Map<String, String> variables = recorded();
        variables.remove(name);
        assertThatThrownBy(() -> AgentEnvironment.from(variables))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(name + " is not set; a Mesos agent sets it for its executors");
    }

    @ParameterizedTest
    @CsvSource({
        "MESOS_AGENT_ENDPOINT, nowhere, 'MESOS_AGENT_ENDPOINT: '",
        "MESOS_AGENT_ENDPOINT, a:b, 'MESOS_AGENT_ENDPOINT: '",
        "MESOS_RECOVERY_TIMEOUT, soon, MESOS_RECOVERY_TIMEOUT is",
        "MESOS_RECOVERY_TIMEOUT, 15, MESOS_RECOVERY_TIMEOUT is",
    })
    void whatIsMalformedIsNamed(String name, String value, String words) {
        Map<String, String> variables = recorded();
        variables.put(name, value);
        assertThatThrownBy(() -> AgentEnvironment.from(variables))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(words);
    }

    @Test
    void anAgentThatServesASocketAsWellIsSpokenToAtItsAddress() {
        Map<String, String> variables = recorded();
        variables.put("MESOS_DOMAIN_SOCKET", "/var/run/mesos/agent.sock");
        assertThat(AgentEnvironment.from(variables)).isEqualTo(AgentEnvironment.from(recorded()));
    }

    @Test
    void anAgentWithASocketOnlyIsRefusedInWords() {
        Map<String, String> variables = recorded();
        variables.put("MESOS_DOMAIN_SOCKET", "/var/run/mesos/agent.sock");
        variables.remove("MESOS_AGENT_ENDPOINT");
        assertThatThrownBy(() -> AgentEnvironment.from(variables))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MESOS_DOMAIN_SOCKET")
                .hasMessageContaining("MESOS_AGENT_ENDPOINT")
                .hasMessageContaining("not at a Unix socket");
    }
}
