package dev.capstan.devcluster.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.devcluster.mesos.agent.ExecutorSettings;

import org.junit.jupiter.api.Test;

class ClusterSpecTest {
    @Test
    void anAgentWithOtherPortsTreatsExecutorsAsBefore() {
        var own = ExecutorSettings.defaults();
        var agent = ClusterSpec.AgentSpec.of(1, 512).withExecutors(own).withPorts(5, 6);
        assertThat(agent.executors()).contains(own);
    }
}
